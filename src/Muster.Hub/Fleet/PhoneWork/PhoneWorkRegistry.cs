using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Storage;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>Turns a register message into a machine of the fleet. Such names may not be an enrolled machine's.</summary>
internal sealed partial class PhoneWorkRegistry(FleetContext fleet, PhoneWorkFeed feed)
{
    public async Task<(PhoneWorkLink? Link, string? Refused)> OpenAsync(PhoneWorkMessage register, PhoneWorkSocket socket, CancellationToken cancel)
    {
        var (entry, refused) = await RegisterAsync(register, cancel);
        if (entry is null)
        {
            return (null, refused);
        }

        await entry.Opening.WaitAsync(cancel);
        try
        {
            if (entry.Link is { } old)
            {
                old.Close(new LinkEnd(LinkEndReason.Replaced, "Another connection of this node took its place."));
                await old.Ended.WaitAsync(cancel);
            }

            await feed.FlushAsync(entry, cancel); // how the runs of the last link ended is known before they are asked for
            await fleet.Database.WriteAsync(tx => fleet.Router.Connected(tx, entry.Snapshot with { Online = true }, HeldWork.Nothing), cancel);
            var link = new PhoneWorkLink(fleet, entry, feed, socket) { Registered = (again, token) => AgainAsync(entry, again, token) };
            return fleet.State.Opened(entry, link, node => node with { Runs = 0 }) ? (link, null) : (null, "This machine was removed from the hub.");
        }
        finally
        {
            entry.Opening.Release();
        }
    }

    private async Task<string?> AgainAsync(FleetEntry entry, PhoneWorkMessage register, CancellationToken cancel)
    {
        if (!string.Equals(register.NodeId, entry.Snapshot.Name, StringComparison.OrdinalIgnoreCase))
        {
            return "One connection serves one node_id.";
        }

        return (await RegisterAsync(register, cancel)).Refused;
    }

    private async Task<(FleetEntry? Entry, string? Refused)> RegisterAsync(PhoneWorkMessage register, CancellationToken cancel)
    {
        if (register.NodeId is not { } name || !NodeName.IsValid(name))
        {
            return (null, $"node_id cannot be a machine's name: {NodeName.Rule}.");
        }

        var existing = fleet.State.FindByName(name);
        if (existing is { Snapshot.Dialect: NodeDialect.Muster })
        {
            return (null, $"{name} is the name of an enrolled machine: choose another NODE_ID.");
        }

        if ((existing?.Snapshot.Owner ?? fleet.People.Owner()) is not { IsEmpty: false } owner)
        {
            return (null, "The hub has no owner yet: claim it first.");
        }

        var record = new NodeRecord(Snapshot(register, name, existing?.Snapshot.Id ?? Id<Node>.New(fleet.Time), owner), Credential: null);
        var stored = await fleet.Database.WriteAsync(tx => Store(tx, record, existing is not null), cancel);
        if (!stored)
        {
            return (null, $"{name} is the name of another machine: choose another NODE_ID.");
        }

        var entry = fleet.State.Add(record);
        fleet.State.Update(entry, node => node with { Facts = record.Snapshot.Facts, Users = record.Snapshot.Users });
        LogRegistered(fleet.Logger, name, record.Snapshot.Users.Count, register.ServesUsers?.Count ?? 0);
        return (entry, null);
    }

    private bool Store(Transaction tx, NodeRecord record, bool exists)
    {
        var now = fleet.Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (!exists)
        {
            return NodeStore.Insert(tx, record, machineId: null, now);
        }

        NodeStore.SetFacts(tx, record.Snapshot.Id, record.Snapshot.Facts, now);
        NodeStore.SetUsers(tx, record.Snapshot.Id, record.Snapshot.Users);
        return true;
    }

    private NodeSnapshot Snapshot(PhoneWorkMessage register, string name, Id<Node> id, Id<User> owner) => new(
        id,
        name,
        NodeDialect.PhoneWork,
        Online: false,
        owner,
        Served(register.ServesUsers ?? [], owner),
        NodeFactsReader.Empty with
        {
            Hostname = NodeFactsReader.Cut(register.DisplayName ?? ""),
            WorkingDir = NodeFactsReader.Cut(register.WorkingDir ?? "", 1024),
            Capabilities = NodeFactsReader.Capabilities((register.Capabilities ?? []).OfType<string>().Select(PhoneWorkCapabilities.ToMuster)),
            Model = "phonework",
        },
        ConnectedAt: null,
        LastSeen: null,
        Runs: 0,
        Sessions: 0,
        Load: 0,
        MemoryFreeBytes: 0);

    /// <summary>Whom the node names and the owner allowed.</summary>
    private FrozenSet<Id<User>> Served(IReadOnlyList<string?> names, Id<User> owner)
    {
        var allowed = fleet.Options.PhoneWork.Users is { Count: > 0 } users
            ? users.Select(fleet.People.Find).OfType<Id<User>>().ToHashSet()
            : [fleet.People.Owner() ?? owner];
        return names.Take(1000).OfType<string>().Select(fleet.People.Find).OfType<Id<User>>().Where(allowed.Contains).ToFrozenSet();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "PhoneWork node {Name} registered: serves {Served} of {Named} users it names")]
    private static partial void LogRegistered(ILogger logger, string name, int served, int named);
}
