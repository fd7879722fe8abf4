using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Fleet.Links;

/// <summary>Who handles which frames of nodes. Filled while the hub is composed, read by every link.</summary>
internal sealed class FrameRouter(FleetCounters counters)
{
    private readonly Dictionary<Frame.BodyOneofCase, List<Action<Transaction, NodeSnapshot, Frame>>> _handlers = [];
    private readonly Dictionary<Frame.BodyOneofCase, List<Action<NodeSnapshot, Frame>>> _observers = [];
    private readonly List<Action<Transaction, NodeSnapshot, HeldWork>> _connected = [];
    private readonly List<Action<Transaction, NodeSnapshot>> _removed = [];

    public void Handle(Frame.BodyOneofCase kind, Action<Transaction, NodeSnapshot, Frame> handler) => Of(_handlers, kind).Add(handler);

    public void Observe(Frame.BodyOneofCase kind, Action<NodeSnapshot, Frame> observer) => Of(_observers, kind).Add(observer);

    public void OnConnected(Action<Transaction, NodeSnapshot, HeldWork> handler) => _connected.Add(handler);

    public void OnRemoved(Action<Transaction, NodeSnapshot> handler) => _removed.Add(handler);

    /// <summary>A node may send what a node says, and only what somebody here reads.</summary>
    public bool Accepts(Frame.BodyOneofCase kind) =>
        kind is Frame.BodyOneofCase.RunEvent or Frame.BodyOneofCase.StopReceipt or Frame.BodyOneofCase.ApprovalRequest
            or Frame.BodyOneofCase.ApprovalWithdrawn or Frame.BodyOneofCase.HubCall or Frame.BodyOneofCase.Notice or Frame.BodyOneofCase.UndoReport
        && _handlers.ContainsKey(kind);

    /// <summary>Takes the frames of the pool's lane, whose effects are made durable elsewhere: returns after the commit that also ran the mark.</summary>
    public Func<NodeSnapshot, ReadOnlyMemory<byte>, IReadOnlyList<Frame>, Action<Transaction>, CancellationToken, Task>? PoolLane { get; set; }

    public void Apply(Transaction tx, NodeSnapshot node, Frame frame)
    {
        foreach (var handler in _handlers.GetValueOrDefault(frame.BodyCase) ?? [])
        {
            handler(tx, node, frame);
        }
    }

    public void Take(NodeSnapshot node, Frame frame)
    {
        if (!_observers.TryGetValue(frame.BodyCase, out var observers))
        {
            counters.FrameRefused();
            return;
        }

        foreach (var observer in observers)
        {
            observer(node, frame);
        }
    }

    public void Connected(Transaction tx, NodeSnapshot node, HeldWork held)
    {
        foreach (var handler in _connected)
        {
            handler(tx, node, held);
        }
    }

    public void Removed(Transaction tx, NodeSnapshot node) => _removed.ForEach(handler => handler(tx, node));

    private static List<T> Of<T>(Dictionary<Frame.BodyOneofCase, List<T>> all, Frame.BodyOneofCase kind) =>
        all.TryGetValue(kind, out var list) ? list : all[kind] = [];
}
