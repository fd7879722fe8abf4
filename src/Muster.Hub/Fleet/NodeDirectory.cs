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
    public IReadOnlyList<NodeSnapshot> All => throw new NotImplementedException();

    /// <summary>The machines that this user may ask, by name.</summary>
    public IReadOnlyList<NodeSnapshot> For(Id<User> user) => throw new NotImplementedException();

    public NodeSnapshot? Find(Id<Node> id) => throw new NotImplementedException();

    /// <summary>By name, without regard to case.</summary>
    public NodeSnapshot? FindByName(string name) => throw new NotImplementedException();

    /// <summary>
    /// Puts a reliable frame into the node's outbox inside the caller's transaction; it is sent after the commit, or when the
    /// node is back. For a PhoneWork node it is translated and sent after the commit; with no link it is answered at once by a
    /// failed run event.
    /// </summary>
    public void Enqueue(Transaction transaction, Id<Node> node, Lane lane, Frame frame) => throw new NotImplementedException();

    /// <summary>Sends a frame that may be lost; false when the node is not connected or its queue is full.</summary>
    public bool TrySend(Id<Node> node, Frame frame) => throw new NotImplementedException();

    /// <summary>Handles reliable frames of a kind, inside the transaction that also marks them applied.</summary>
    public void Handle(Frame.BodyOneofCase kind, Action<Transaction, NodeSnapshot, Frame> handler) => throw new NotImplementedException();

    /// <summary>Handles volatile frames of a kind.</summary>
    public void Observe(Frame.BodyOneofCase kind, Action<NodeSnapshot, Frame> observer) => throw new NotImplementedException();

    /// <summary>Told after a node has connected, with the runs it holds, in the transaction that opens the link: runs that the
    /// hub believes to be there and that are neither held nor on their way are interrupted.</summary>
    public void OnConnected(Action<Transaction, NodeSnapshot, IReadOnlySet<string>> handler) => throw new NotImplementedException();

    /// <summary>Told after any change of a snapshot.</summary>
    public event Action<NodeSnapshot, NodeChange>? Changed;

    internal void Raise(NodeSnapshot node, NodeChange change) => Changed?.Invoke(node, change);
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
