using Google.Protobuf;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Tests.Protocol.Link;

/// <summary>Kept frames in memory: what a store does, without the disk.</summary>
internal sealed class MemoryOutbox
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Lane, List<OutboxFrame>> _frames = [];
    private readonly Dictionary<Lane, ulong> _forgotten = [];

    public Outbox Outbox => new("outbox", ReadAsync, ForgetAsync);

    public ulong Forgotten(Lane lane)
    {
        lock (_gate)
        {
            return _forgotten.GetValueOrDefault(lane);
        }
    }

    public ulong Add(Lane lane, Frame frame) => Add(lane, FrameBody.Encode(frame));

    public ulong Add(Lane lane, byte[] body)
    {
        lock (_gate)
        {
            if (!_frames.TryGetValue(lane, out var frames))
            {
                _frames[lane] = frames = [];
            }

            frames.Add(new OutboxFrame((ulong)frames.Count + 1, body));
            return (ulong)frames.Count;
        }
    }

    private ValueTask<IReadOnlyList<OutboxFrame>> ReadAsync(Lane lane, ulong after, int limit, CancellationToken cancel)
    {
        lock (_gate)
        {
            return ValueTask.FromResult<IReadOnlyList<OutboxFrame>>(
                [.. _frames.GetValueOrDefault(lane, []).Skip((int)after).Take(limit)]);
        }
    }

    private ValueTask ForgetAsync(Lane lane, ulong upTo, CancellationToken cancel)
    {
        lock (_gate)
        {
            _forgotten[lane] = upTo;
            return ValueTask.CompletedTask;
        }
    }
}
