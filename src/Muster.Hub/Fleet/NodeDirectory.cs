using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Fleet;

/// <summary>
/// All machines, connected or not, behind one surface whatever dialect they speak. Reads are snapshots and take no lock.
/// Handlers are registered while the hub is composed, before the first link opens.
/// </summary>
public sealed class NodeDirectory
{
    private readonly FleetContext _fleet;
    private readonly PhoneWork.PhoneWorkFeed _feed;

    internal NodeDirectory(FleetContext fleet, PhoneWork.PhoneWorkFeed feed)
    {
        (_fleet, _feed) = (fleet, feed);
        fleet.State.Changed += (node, change) => Changed?.Invoke(node, change);
        fleet.State.Linked += (node, up) => Linked?.Invoke(node, up);
        fleet.State.HeardOf += node => Heard?.Invoke(node);
        fleet.State.Noticed += notice => Noticed?.Invoke(notice);
    }

    public IReadOnlyList<NodeSnapshot> All => [.. _fleet.State.Entries.Select(entry => entry.Snapshot).OrderBy(node => node.Name, StringComparer.OrdinalIgnoreCase)];

    /// <summary>The machines that this user may ask, by name.</summary>
    public IReadOnlyList<NodeSnapshot> For(Id<User> user) => [.. All.Where(node => node.Users.Contains(user))];

    public NodeSnapshot? Find(Id<Node> id) => _fleet.State.Find(id)?.Snapshot;

    /// <summary>By name, without regard to case.</summary>
    public NodeSnapshot? FindByName(string name) => _fleet.State.FindByName(name)?.Snapshot;

    public FleetCounters Counters => _fleet.Counters;

    /// <summary>
    /// Puts a reliable frame into the node's outbox inside the caller's transaction; it is sent after the commit, or when the
    /// node is back. For a PhoneWork node it is translated and sent after the commit; with no link it is answered at once by a
    /// failed run event.
    /// </summary>
    /// <exception cref="NodeUndeliverableException">Too much waits for the machine, or it was removed; the message is for a person.</exception>
    public void Enqueue(Transaction transaction, Id<Node> node, Lane lane, Frame frame)
    {
        var entry = _fleet.State.Find(node) ?? throw new NodeUndeliverableException("This machine was removed from the hub: choose another one.");
        if (entry.Snapshot.Dialect == NodeDialect.PhoneWork)
        {
            transaction.OnCommitted(() => _feed.Deliver(entry, lane, frame));
            return;
        }

        try
        {
            _fleet.Lanes.Add(transaction, node.ToString(), (int)lane, FrameBody.Encode(frame));
        }
        catch (StorageException full)
        {
            throw new NodeUndeliverableException($"Too much already waits for {entry.Snapshot.Name}: connect it, or choose another machine.", full);
        }
        catch (ArgumentException tooLarge)
        {
            throw new NodeUndeliverableException($"This is too large to be sent to {entry.Snapshot.Name}: shorten it.", tooLarge);
        }

        entry.Held?.Sent(frame);
        transaction.OnCommitted(() => entry.Link?.Pulse(lane));
    }

    /// <summary>Sends a frame that may be lost; false when the node is not connected or its queue is full.</summary>
    public bool TrySend(Id<Node> node, Frame frame) => _fleet.State.Find(node)?.Link?.TrySend(frame) ?? false;

    /// <summary>Handles reliable frames of a kind, inside the transaction that also marks them applied.</summary>
    public void Handle(Frame.BodyOneofCase kind, Action<Transaction, NodeSnapshot, Frame> handler) => _fleet.Router.Handle(kind, handler);

    /// <summary>Handles volatile frames of a kind.</summary>
    public void Observe(Frame.BodyOneofCase kind, Action<NodeSnapshot, Frame> observer) => _fleet.Router.Observe(kind, observer);

    /// <summary>Told after a node has connected, with the runs it holds or is about to get, in the transaction that has applied all
    /// that the node said before: runs that the hub believes to be there and that are not among them are interrupted. A PhoneWork
    /// node holds none, and is also told of when the hub starts.</summary>
    public void OnConnected(Action<Transaction, NodeSnapshot, HeldWork> handler) => _fleet.Router.OnConnected(handler);

    /// <summary>Told in the transaction that removes a node.</summary>
    public void OnRemoved(Action<Transaction, NodeSnapshot> handler) => _fleet.Router.OnRemoved(handler);

    /// <summary>Where the frames of the pool's lane go.</summary>
    internal void OnPoolLane(Func<NodeSnapshot, ReadOnlyMemory<byte>, IReadOnlyList<Frame>, Action<Transaction>, CancellationToken, Task> handler) =>
        _fleet.Router.PoolLane = handler;

    /// <summary>Sends a frame, or cuts the link that could not take it, so that what the node must know is sent again when it is back.</summary>
    internal void SendOrCut(Id<Node> node, Frame frame)
    {
        if (_fleet.State.Find(node)?.Link is { } link && !link.TrySend(frame))
        {
            link.Close(new LinkEnd(LinkEndReason.Lost, "The node took its work too slowly."));
        }
    }

    internal void Tell(FleetNotice notice) => _fleet.State.Tell(notice);

    /// <summary>Ends a node's link; it connects anew at once, and says what it holds.</summary>
    internal void Cut(Id<Node> node, string reason) => _fleet.State.Find(node)?.Link?.Close(new LinkEnd(LinkEndReason.Lost, reason));

    /// <summary>A node's link is open, so that frames reach it, or over.</summary>
    public event Action<NodeSnapshot, bool>? Linked;

    /// <summary>Told at each sign of life of a connected node, on its link's reading loop.</summary>
    public event Action<NodeSnapshot>? Heard;

    /// <summary>Told after any change of a snapshot.</summary>
    public event Action<NodeSnapshot, NodeChange>? Changed;

    /// <summary>Something that a user should be told.</summary>
    public event Action<FleetNotice>? Noticed;
}

public enum NodeChange
{
    Connected,
    /// <summary>Back after an absence that its users were told of.</summary>
    Reconnected,
    Disconnected,
    Updated,
    Removed,
}
