using System.Collections.Concurrent;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>Tells the pool of nodes that come, go, offer and live.</summary>
internal sealed class PoolNodes(NodeDirectory nodes, NodeSettings settings)
{
    private readonly ConcurrentDictionary<Id<Node>, NodeEntry> _entries = [];
    private Func<PoolCommand, bool> _apply = _ => false;
    private Action<PoolCommand> _hear = _ => { };

    /// <summary>Before the first link opens.</summary>
    /// <param name="apply">Takes what may be dropped when too much waits: it will be said again.</param>
    /// <param name="hear">Takes what may not.</param>
    public void Register(Func<PoolCommand, bool> apply, Action<PoolCommand> hear)
    {
        (_apply, _hear) = (apply, hear);
        nodes.OnConnected((tx, node, held) => Held(tx, node, held));
        nodes.Linked += Linked;
        nodes.Heard += node => _apply(new NodeHeard(node.Id));
        nodes.Changed += Changed;
        nodes.Observe(Frame.BodyOneofCase.NodeOffer, (node, frame) => Offered(node, frame.NodeOffer));
        nodes.Observe(Frame.BodyOneofCase.AttemptsStarted, (node, frame) =>
            _apply(new AttemptsBegan(node.Id, [.. frame.AttemptsStarted.Refs.Select(PoolFrames.Name)])));
        nodes.Observe(Frame.BodyOneofCase.AttemptUsage, (node, frame) =>
            _apply(new AttemptUsed(node.Id, PoolFrames.Name(frame.AttemptUsage.Ref), PoolFrames.Use(frame.AttemptUsage.Usage))));
        settings.Changed += Resettled;
    }

    /// <summary>What is known of the nodes that are linked, for a pool that was read anew.</summary>
    public IEnumerable<PoolCommand> Now() => _entries.Values.Where(entry => entry.Told).Select(entry => Connected(entry.Node, entry));

    public NodeOffer? OfferOf(Id<Node> node) => _entries.GetValueOrDefault(node)?.Offer;

    private void Held(Transaction tx, NodeSnapshot node, HeldWork held)
    {
        if (node.Dialect != NodeDialect.PhoneWork)
        {
            tx.OnCommitted(() => With(node, entry => (entry.Held, entry.Offer) = (held.Attempts, held.Offer)));
        }
    }

    private void Linked(NodeSnapshot node, bool up)
    {
        if (up)
        {
            With(node, entry => entry.Up = true);
        }
        else if (_entries.TryRemove(node.Id, out _))
        {
            _hear(new NodeDisconnected(node.Id));
        }
    }

    private void Offered(NodeSnapshot node, NodeOffer offer)
    {
        if (_entries.GetValueOrDefault(node.Id) is { } entry)
        {
            entry.Offer = offer;
            Resettled(node.Id);
        }
    }

    private void Resettled(Id<Node> id)
    {
        if (_entries.GetValueOrDefault(id) is { Told: true, Offer: { } offer } && nodes.Find(id) is { } node)
        {
            _hear(new NodeChanged(id, settings.Terms(node, offer)));
            _apply(new NodeData(id, PoolFrames.Data(offer)));
        }
    }

    private void Changed(NodeSnapshot node, NodeChange change)
    {
        if (change == NodeChange.Removed)
        {
            _entries.TryRemove(node.Id, out _);
            _hear(new NodeRemoved(node.Id));
        }
        else if (_entries.GetValueOrDefault(node.Id) is { Told: true } entry && (entry.Node.Runners != node.Runners || entry.Node.Name != node.Name || entry.Node.Standing != node.Standing))
        {
            entry.Node = node;
            Resettled(node.Id);
        }
    }

    /// <summary>A node counts as there once its link is open and all that it had to say before is applied.</summary>
    private void With(NodeSnapshot node, Action<NodeEntry> change)
    {
        var entry = _entries.GetOrAdd(node.Id, _ => new NodeEntry());
        lock (entry)
        {
            entry.Node = node;
            change(entry);
            if (entry is { Up: true, Held: not null, Told: false, Offer: not null })
            {
                entry.Told = true;
                _hear(Connected(node, entry));
            }
        }
    }

    private NodeConnected Connected(NodeSnapshot node, NodeEntry entry) =>
        new(node.Id, settings.Terms(node, entry.Offer!), [.. entry.Held!.Select(PoolFrames.Name)]);

    private sealed class NodeEntry
    {
        public NodeSnapshot Node { get; set; } = null!;

        public bool Up { get; set; }

        public bool Told { get; set; }

        public IReadOnlyList<AttemptRef>? Held { get; set; }

        public NodeOffer? Offer { get; set; }
    }
}
