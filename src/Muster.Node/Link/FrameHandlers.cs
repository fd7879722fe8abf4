using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Link;

/// <summary>What the node does with the hub's frames. Filled at start, before the link runs.</summary>
public sealed class FrameHandlers
{
    private readonly Dictionary<Frame.BodyOneofCase, Action<Transaction, Frame>> _reliable = [];
    private readonly Dictionary<Frame.BodyOneofCase, Action<Frame>> _volatile = [];

    /// <summary>Runs in the transaction that also stores the frame as applied; effects outside the store go to <see cref="Transaction.OnCommitted"/>.</summary>
    public FrameHandlers On(Frame.BodyOneofCase body, Action<Transaction, Frame> handler)
    {
        _reliable.Add(body, handler);
        return this;
    }

    /// <summary>Runs on the reading loop: quick, and it must not throw.</summary>
    public FrameHandlers OnVolatile(Frame.BodyOneofCase body, Action<Frame> handler)
    {
        _volatile.Add(body, handler);
        return this;
    }

    internal bool Knows(Frame.BodyOneofCase body) => _reliable.ContainsKey(body);

    internal void Apply(Transaction tx, Frame frame)
    {
        if (_reliable.TryGetValue(frame.BodyCase, out var handler))
        {
            handler(tx, frame);
        }
    }

    internal void Take(Frame frame)
    {
        if (_volatile.TryGetValue(frame.BodyCase, out var handler))
        {
            handler(frame);
        }
    }
}
