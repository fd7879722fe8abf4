using System.Security.Cryptography;
using System.Text;
using Muster.Cli.State;
using Muster.Client;
using Muster.Node.Link;

namespace Muster.Cli.Composition;

/// <summary>Makes this machine a node of a hub: a key of its own, and a credential in exchange for an enrolment token's secret.</summary>
internal static class LocalMachine
{
    /// <summary>What tells two machines apart that hold a copy of one home: never stored, so that a copy does not carry it along.</summary>
    public static string Id(Home home)
    {
        var seed = $"{(Home.Read("/etc/machine-id") ?? "").Trim()}\n{Environment.MachineName}\n{home.Path}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)).AsSpan(0, 16));
    }

    public static string DefaultName => Environment.MachineName.ToLowerInvariant();

    /// <summary>The identity in this folder of the home, or null when it never joined.</summary>
    public static NodeIdentity? Load(Home home, string folder)
    {
        try
        {
            return NodeIdentity.Load(folder) is { } identity ? identity with { MachineId = Id(home) } : null;
        }
        catch (InvalidDataException damaged)
        {
            throw new CliException(damaged.Message);
        }
    }

    /// <returns>The identity, saved, and the name that the hub gave.</returns>
    public static async Task<(NodeIdentity Identity, string Name)> JoinAsync(
        Home home, string folder, MusterClient client, string? fingerprint, string secret, string name, CancellationToken cancellationToken)
    {
        var (privateKey, publicKey) = NodeIdentity.NewKey();
        var answer = await client.Enrolments.EnrolAsync(secret, Convert.ToBase64String(publicKey), name, Id(home), cancellationToken);
        home.Create();
        Home.Folder(folder);
        var identity = new NodeIdentity
        {
            HubUrl = client.Hub.GetLeftPart(UriPartial.Authority),
            HubFingerprint = string.IsNullOrEmpty(fingerprint) ? null : fingerprint,
            NodeId = answer.NodeId,
            Name = answer.Name,
            Secret = answer.Credential,
            PrivateKey = privateKey,
            MachineId = Id(home),
        };
        identity.Save(folder);
        return (identity, answer.Name);
    }
}
