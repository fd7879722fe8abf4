using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Muster.Hub.Api;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Fleet.Workers;

/// <summary>
/// Programs of users that serve functions. A worker is a node that nobody talks to: it comes with its user's key, and is forgotten
/// a minute after it has gone.
/// </summary>
internal sealed class WorkerDesk(FleetContext fleet)
{
    public async Task<WorkerAnswer> AdmitAsync(Id<User> owner, string? asked, byte[] publicKey, string machineId, CancellationToken cancel)
    {
        if (fleet.State.Entries.Count(entry => entry.Snapshot is { Dialect: NodeDialect.Worker } node && node.Owner == owner) >= fleet.Options.WorkersPerUser)
        {
            throw ApiException.Conflict($"{fleet.Options.WorkersPerUser} of your programs serve functions already: stop some, wait a minute for those that have gone, or ask the hub's owner to raise limits.workers_per_user.");
        }

        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var credential = new NodeCredential(MusterDoor.Hash(secret), publicKey);
        var now = fleet.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var record = await fleet.Database.WriteAsync(
            tx =>
            {
                var id = Id<Node>.New(fleet.Time);
                var name = NodeName.Free(NodeName.Checked($"{asked ?? "worker"}-{id.Short}"), candidate => NodeStore.NameIsTaken(tx, candidate));
                var made = new NodeRecord(
                    new NodeSnapshot(
                        id, name, NodeDialect.Worker, Online: false, owner, FrozenSet<Id<User>>.Empty, NodeFactsReader.Empty, ConnectedAt: null,
                        LastSeen: fleet.Time.GetUtcNow(), Runs: 0, Sessions: 0, Load: 0, MemoryFreeBytes: 0),
                    credential);
                NodeStore.Insert(tx, made, machineId, now);
                tx.OnCommitted(() => fleet.State.Add(made));
                return made;
            },
            cancel);
        return new WorkerAnswer(record.Snapshot.Id.ToString(), record.Snapshot.Name, secret);
    }
}

/// <param name="PublicKey">base64 of the SubjectPublicKeyInfo of a P-256 key.</param>
public sealed record WorkerRequest(string? Name, string? PublicKey, string? MachineId);

/// <param name="Credential">The bearer's secret half, shown once.</param>
public sealed record WorkerAnswer(string NodeId, string Name, string Credential);
