using Muster.Client.Http;

namespace Muster.Client.Machines;

/// <summary>How a machine comes into the fleet.</summary>
public sealed class EnrolmentClient
{
    private readonly Transport _transport;

    internal EnrolmentClient(Transport transport) => _transport = transport;

    /// <summary>A single-use token that lives for an hour (scope <c>manage</c>).</summary>
    public Task<Enrolment> CreateAsync(string? name = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/enrolments", new EnrolmentRequest(name), ClientJson.Default.EnrolmentRequest, ClientJson.Default.Enrolment, cancellationToken);

    /// <summary>Uses the secret of a token; needs no sign-in.</summary>
    /// <param name="publicKey">base64 of the SubjectPublicKeyInfo of a P-256 key that stays on this machine.</param>
    public Task<EnrolAnswer> EnrolAsync(string secret, string publicKey, string name, string machineId, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/enrol", new EnrolRequest(secret, publicKey, name, machineId), ClientJson.Default.EnrolRequest, ClientJson.Default.EnrolAnswer, cancellationToken);
}
