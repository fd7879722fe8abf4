using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Hub.Fleet.Enrolment;

/// <summary>What a person carries from the hub to a new machine: <c>mjt_</c> and base64url of its JSON.</summary>
/// <param name="Url">Where the hub is.</param>
/// <param name="Fingerprint">The pin of the hub's own certificate, or empty.</param>
public sealed record EnrolmentToken(
    [property: JsonPropertyName("u")] string Url,
    [property: JsonPropertyName("f")] string Fingerprint,
    [property: JsonPropertyName("s")] string Secret)
{
    public const string Prefix = "mjt_";

    public override string ToString() =>
        Prefix + Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(this, FleetJson.Default.EnrolmentToken));
}

public sealed record EnrolmentRequest(string? Name);

public sealed record EnrolmentAnswer(string Token, DateTimeOffset ExpiresAt, string Command);

/// <param name="PublicKey">Base64 of the SubjectPublicKeyInfo of a P-256 key.</param>
public sealed record EnrolRequest(string? Secret, string? PublicKey, string? Name, string? MachineId);

public sealed record EnrolAnswer(string NodeId, string Name, string Credential);
