using System.Buffers.Text;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Storage;

namespace Muster.Hub.Fleet.Enrolment;

/// <summary>Lets new machines in, by a secret that works once; renames, removes and gives new credentials.</summary>
public sealed class Enrolments
{
    private readonly FleetContext _fleet;

    internal Enrolments(FleetContext fleet) => _fleet = fleet;

    /// <summary>A secret that lets one machine in, for this user; or gives <paramref name="node"/> a new credential.</summary>
    /// <param name="alongside">Runs in the same transaction, as with what follows.</param>
    public async Task<(string Secret, DateTimeOffset ExpiresAt)> OfferAsync(
        Id<User> owner, string? name, Id<Node>? node, Action<Transaction>? alongside, CancellationToken cancel)
    {
        var secret = NewSecret();
        var expires = _fleet.Time.GetUtcNow() + _fleet.Options.TokenLifetime;
        await _fleet.Database.WriteAsync(
            tx =>
            {
                EnrolmentStore.Insert(tx, MusterDoor.Hash(secret), new EnrolmentRecord(owner, name, node), expires.ToUnixTimeMilliseconds());
                alongside?.Invoke(tx);
            },
            cancel);
        return (secret, expires);
    }

    /// <summary>Uses a secret up. A name that is taken leaves it as it was.</summary>
    public async Task<EnrolmentOutcome> EnrolAsync(
        string secret, byte[] publicKey, string name, string machineId, Action<Transaction, Id<User>, EnrolmentOutcome>? alongside, CancellationToken cancel)
    {
        var credential = NewSecret();
        var outcome = await _fleet.Database.WriteAsync(
            tx =>
            {
                var owner = EnrolmentStore.Find(tx, MusterDoor.Hash(secret), _fleet.Time.GetUtcNow().ToUnixTimeMilliseconds())?.Owner;
                var made = Enrol(tx, MusterDoor.Hash(secret), new NodeCredential(MusterDoor.Hash(credential), publicKey), name, machineId);
                if (owner is { } user && !made.Node.IsEmpty)
                {
                    alongside?.Invoke(tx, user, made);
                }

                return made;
            },
            cancel);
        return outcome with { Credential = outcome.Node.IsEmpty ? "" : credential };
    }

    /// <summary>Null when done, else the name that is free.</summary>
    public async Task<string?> RenameAsync(Id<Node> node, string name, Action<Transaction>? alongside, CancellationToken cancel)
    {
        return await _fleet.Database.WriteAsync(
            tx =>
            {
                if (NodeStore.NameIsTaken(tx, name, node))
                {
                    return NodeName.Free(name, candidate => NodeStore.NameIsTaken(tx, candidate));
                }

                NodeStore.Rename(tx, node, name);
                alongside?.Invoke(tx);
                tx.OnCommitted(() =>
                {
                    if (_fleet.State.Find(node) is { } entry)
                    {
                        _fleet.State.Update(entry, snapshot => snapshot with { Name = name });
                    }
                });
                return null;
            },
            cancel);
    }

    /// <summary>Forgets the machine and cuts its link.</summary>
    public Task<bool> RemoveAsync(Id<Node> node, Action<Transaction>? alongside, CancellationToken cancel) => _fleet.Database.WriteAsync(
        tx =>
        {
            _fleet.Lanes.Remove(tx, node.ToString());
            tx.OnCommitted(() => _fleet.State.Remove(node, new LinkEnd(LinkEndReason.Revoked, "This machine was removed from the hub.")));
            alongside?.Invoke(tx);
            if (_fleet.State.Find(node) is { } entry)
            {
                _fleet.Router.Removed(tx, entry.Snapshot);
            }

            return NodeStore.Delete(tx, node);
        },
        cancel);

    private EnrolmentOutcome Enrol(Transaction tx, byte[] hash, NodeCredential credential, string asked, string machineId)
    {
        var now = _fleet.Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (EnrolmentStore.Find(tx, hash, now) is not { } offer)
        {
            return new EnrolmentOutcome(default, "", null);
        }

        if (offer.Node is { } old)
        {
            EnrolmentStore.Use(tx, hash);
            NodeStore.SetCredential(tx, old, credential, machineId);
            tx.OnCommitted(() => Rotate(old, credential));
            return new EnrolmentOutcome(old, _fleet.State.Find(old)!.Snapshot.Name, null);
        }

        var name = offer.Name ?? asked;
        var record = new NodeRecord(
            new NodeSnapshot(
                Id<Node>.New(_fleet.Time), name, NodeDialect.Muster, Online: false, offer.Owner, new[] { offer.Owner }.ToFrozenSet(),
                NodeFactsReader.Empty, ConnectedAt: null, LastSeen: null, Runs: 0, Sessions: 0, Load: 0, MemoryFreeBytes: 0),
            credential);
        if (!NodeStore.Insert(tx, record, machineId, now))
        {
            return new EnrolmentOutcome(default, name, NodeName.Free(name, candidate => NodeStore.NameIsTaken(tx, candidate)));
        }

        EnrolmentStore.Use(tx, hash);
        tx.OnCommitted(() => _fleet.State.Update(_fleet.State.Add(record), node => node));
        return new EnrolmentOutcome(record.Snapshot.Id, name, null);
    }

    private void Rotate(Id<Node> node, NodeCredential credential)
    {
        if (_fleet.State.Find(node) is { } entry)
        {
            entry.Credential = credential;
            entry.Link?.Close(new LinkEnd(LinkEndReason.Revoked, "This machine was given a new credential."));
        }
    }

    private static string NewSecret() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}

/// <param name="Node">Empty when it did not work: the secret is wrong, or, with <paramref name="FreeName"/>, the name is taken.</param>
/// <param name="Credential">The bearer's secret half, shown once.</param>
public sealed record EnrolmentOutcome(Id<Node> Node, string Name, string? FreeName, string Credential = "");
