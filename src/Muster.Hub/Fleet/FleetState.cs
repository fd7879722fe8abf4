using System.Collections.Concurrent;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using CodingSessionInfo = Muster.Hub.Fleet.Coding.CodingSessionInfo;

namespace Muster.Hub.Fleet;

/// <summary>All machines in memory, and who is there: the one owner of snapshots. On start everyone is away until they connect.</summary>
internal sealed class FleetState(TimeProvider time)
{
    private readonly ConcurrentDictionary<Id<Node>, FleetEntry> _entries = [];

    public event Action<NodeSnapshot, NodeChange>? Changed;

    public event Action<FleetNotice>? Noticed;

    public event Action<NodeSnapshot>? HeardOf;

    /// <summary>A link of Muster's own protocol runs, or is over.</summary>
    public event Action<NodeSnapshot, bool>? Linked;

    public IEnumerable<FleetEntry> Entries => _entries.Values;

    public FleetEntry? Find(Id<Node> id) => _entries.GetValueOrDefault(id);

    public FleetEntry? FindByName(string name) =>
        _entries.Values.FirstOrDefault(entry => string.Equals(entry.Snapshot.Name, name, StringComparison.OrdinalIgnoreCase));

    public FleetEntry Add(NodeRecord record) =>
        _entries.GetOrAdd(record.Snapshot.Id, _ => new FleetEntry(record.Snapshot, record.Credential));

    public void Remove(Id<Node> id, LinkEnd end)
    {
        if (!_entries.TryRemove(id, out var entry))
        {
            return;
        }

        lock (entry.Gate)
        {
            entry.Removed = true;
            entry.Credential = null;
        }

        entry.Link?.Close(end);
        Changed?.Invoke(entry.Snapshot with { Online = false }, NodeChange.Removed);
    }

    public void TellLinked(FleetEntry entry, bool up) => Linked?.Invoke(entry.Snapshot, up);

    public void Tell(FleetNotice notice) => Noticed?.Invoke(notice);

    /// <summary>Swaps the snapshot, and tells when asked to.</summary>
    public void Update(FleetEntry entry, Func<NodeSnapshot, NodeSnapshot> change, bool tell = true)
    {
        NodeSnapshot now;
        lock (entry.Gate)
        {
            now = entry.Snapshot = change(entry.Snapshot);
        }

        if (tell)
        {
            Changed?.Invoke(now, NodeChange.Updated);
        }
    }

    public void Heard(FleetEntry entry, Heartbeat heartbeat)
    {
        var before = entry.Snapshot;
        var load = double.IsFinite(heartbeat.Load) ? Math.Clamp(heartbeat.Load, 0, 1) : 0;
        var runs = (int)Math.Min(heartbeat.Running, 1_000_000);

        var sessions = CodingSessionInfo.Of(heartbeat);
        var sameSessions = sessions.Count == before.CodingSessions.Count && sessions.Zip(before.CodingSessions).All(pair => pair.First.IsSame(pair.Second));

        // A page shows no finer steps, and every step is sent to every page.
        var worthTelling = !sameSessions || runs != before.Runs || Math.Abs(load - before.Load) >= 0.1;
        Update(
            entry,
            node => node with
            {
                LastSeen = time.GetUtcNow(),
                Runs = runs,
                Sessions = sessions.Count,
                CodingSessions = sameSessions ? node.CodingSessions : sessions,
                Load = worthTelling ? load : node.Load,
                MemoryFreeBytes = heartbeat.MemoryFreeBytes,
                Readings = NodeReadingsModel.Of(heartbeat.Readings) ?? node.Readings,
            },
            worthTelling);
        HeardOf?.Invoke(entry.Snapshot);
    }

    /// <summary>The link is in place. False when the machine was removed meanwhile.</summary>
    public bool Opened(FleetEntry entry, INodeLink link, Func<NodeSnapshot, NodeSnapshot> facts)
    {
        NodeChange change;
        NodeSnapshot now;
        lock (entry.Gate)
        {
            if (entry.Removed)
            {
                return false;
            }

            change = entry.AbsenceAnnounced ? NodeChange.Reconnected : entry.Snapshot.Online || entry.LostAt is not null ? NodeChange.Updated : NodeChange.Connected;
            (entry.AbsenceAnnounced, entry.LostAt) = (false, null);
            entry.Link = link;
            now = entry.Snapshot = facts(entry.Snapshot) with { Online = true, ConnectedAt = time.GetUtcNow(), LastSeen = time.GetUtcNow() };
        }

        Changed?.Invoke(now, change);
        return true;
    }

    /// <summary>The link is over. It may come right back, so nobody is told before the grace is over, unless it has been silent for long.</summary>
    public void Lost(FleetEntry entry, INodeLink link, bool atOnce, bool awayAtOnce)
    {
        lock (entry.Gate)
        {
            if (entry.Link != link)
            {
                return;
            }

            entry.Link = null;
            entry.LostAt = time.GetUtcNow();
            if (awayAtOnce)
            {
                entry.Snapshot = entry.Snapshot with { Online = false };
            }
        }

        if (atOnce)
        {
            Announce(entry, TimeSpan.Zero);
        }
    }

    /// <summary>Says that the machine is gone when its grace is over.</summary>
    public void Announce(FleetEntry entry, TimeSpan grace)
    {
        NodeSnapshot now;
        lock (entry.Gate)
        {
            if (entry.Removed || entry.LostAt is not { } lost || time.GetUtcNow() - lost < grace)
            {
                return;
            }

            (entry.LostAt, entry.AbsenceAnnounced) = (null, true);
            now = entry.Snapshot = entry.Snapshot with { Online = false, Runs = 0 };
        }

        Changed?.Invoke(now, NodeChange.Disconnected);
    }
}
