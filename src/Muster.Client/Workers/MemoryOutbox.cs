using System.Security.Cryptography;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Client.Workers;

/// <summary>Results that wait for the hub, in memory: what is lost with the program is run again. One lane, the pool's.</summary>
internal sealed class MemoryOutbox
{
    private readonly Lock _gate = new();
    private readonly Queue<OutboxFrame> _frames = new();
    private string _id = NewId();
    private ulong _next = 1;

    public ulong Add(Frame frame)
    {
        var body = FrameBody.Encode(frame);
        lock (_gate)
        {
            _frames.Enqueue(new OutboxFrame(_next, body));
            return _next++;
        }
    }

    public OutboxPosition Position
    {
        get
        {
            lock (_gate)
            {
                return new OutboxPosition(_id, [new OutboxLane((int)Lane.Pool, _next, _next - (ulong)_frames.Count - 1)]);
            }
        }
    }

    public Outbox ForSession()
    {
        lock (_gate)
        {
            return new Outbox(_id, ReadAsync, ForgetAsync);
        }
    }

    /// <summary>Numbers what waits anew, from one: the hub has lost count.</summary>
    public void Renumber()
    {
        lock (_gate)
        {
            var waiting = _frames.ToList();
            _frames.Clear();
            (_id, _next) = (NewId(), 1);
            waiting.ForEach(frame => _frames.Enqueue(new OutboxFrame(_next++, frame.Body)));
        }
    }

    private ValueTask<IReadOnlyList<OutboxFrame>> ReadAsync(Lane lane, ulong after, int limit, CancellationToken cancel)
    {
        lock (_gate)
        {
            IReadOnlyList<OutboxFrame> frames = lane == Lane.Pool ? [.. _frames.Where(frame => frame.Sequence > after).Take(limit)] : [];
            return ValueTask.FromResult(frames);
        }
    }

    private ValueTask ForgetAsync(Lane lane, ulong upTo, CancellationToken cancel)
    {
        lock (_gate)
        {
            while (lane == Lane.Pool && _frames.TryPeek(out var frame) && frame.Sequence <= upTo)
            {
                _frames.Dequeue();
            }
        }

        return ValueTask.CompletedTask;
    }

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
