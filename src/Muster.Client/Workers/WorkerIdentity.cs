using System.Security.Cryptography;
using Muster.Client.Http;

namespace Muster.Client.Workers;

/// <summary>What this run of the program is to the hub: a key of its own that is gone with it.</summary>
internal sealed class WorkerIdentity : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public ECDsa Key => _key;

    public string MachineId { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    public string NodeId { get; private set; } = "";

    public string Bearer { get; private set; } = "";

    public async Task RegisterAsync(Transport transport, string name, CancellationToken cancel)
    {
        var request = new WorkerRequest(name, Convert.ToBase64String(_key.ExportSubjectPublicKeyInfo()), MachineId);
        var answer = await transport.PostAsync("api/v1/workers", request, ClientJson.Default.WorkerRequest, ClientJson.Default.WorkerAnswer, cancel);
        (NodeId, Bearer) = (answer.NodeId, $"{answer.NodeId}.{answer.Credential}");
    }

    public void Dispose() => _key.Dispose();
}

internal sealed record WorkerRequest(string Name, string PublicKey, string MachineId);

internal sealed record WorkerAnswer(string NodeId, string Name, string Credential);
