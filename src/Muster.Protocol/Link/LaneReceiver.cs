using System.Threading.Channels;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>One lane's way in: checks the order of numbers and applies what came, many frames at once, apart from other lanes.</summary>
internal sealed class LaneReceiver(Lane lane, LinkSessionOptions options, AsyncSignal writer)
{
    private const int ApplyLimit = 256;

    private readonly Channel<Frame> _waiting = Channel.CreateBounded<Frame>(
        new BoundedChannelOptions(4 * options.Window) { SingleReader = true, SingleWriter = true });

    private ulong _received = options.Applied.GetValueOrDefault(lane);
    private ulong _applied = options.Applied.GetValueOrDefault(lane);
    private int _unsaid;

    public Lane Lane => lane;

    /// <summary>Takes a frame in; a sentence where the peer broke the rules.</summary>
    public string? Receive(Frame frame)
    {
        if (frame.Sequence <= _received)
        {
            Say(); // sent twice: it is enough to say again how far this side is
            return null;
        }

        if (frame.Sequence != _received + 1)
        {
            return $"frame {frame.Sequence} of lane {lane} came after {_received}";
        }

        if (!_waiting.Writer.TryWrite(frame))
        {
            return $"more than {4 * options.Window} frames of lane {lane} came without waiting for an acknowledgement";
        }

        _received = frame.Sequence;
        return null;
    }

    /// <summary>The number to acknowledge, once after each change.</summary>
    public bool TryTakeAcknowledgement(out ulong sequence)
    {
        var unsaid = Interlocked.Exchange(ref _unsaid, 0) == 1;
        sequence = Volatile.Read(ref _applied);
        return unsaid && sequence > 0;
    }

    /// <summary>Applies until cancelled. Where <see cref="LinkSessionOptions.Apply"/> fails, so does this.</summary>
    public async Task ApplyAsync(Action<Unsupported> unsupported, CancellationToken cancel)
    {
        var frames = new List<Frame>(ApplyLimit);
        while (await _waiting.Reader.WaitToReadAsync(cancel))
        {
            frames.Clear();
            while (frames.Count < ApplyLimit && _waiting.Reader.TryRead(out var frame))
            {
                frames.Add(frame);
            }

            await options.Apply(lane, frames, cancel);
            foreach (var frame in frames.Where(frame => frame.BodyCase == Frame.BodyOneofCase.None))
            {
                // said before the acknowledgement, so that its sender hears of it first
                unsupported(new Unsupported { Lane = (uint)lane, Sequence = frame.Sequence, Body = "unknown" });
            }

            Volatile.Write(ref _applied, frames[^1].Sequence);
            Say();
        }
    }

    private void Say()
    {
        Interlocked.Exchange(ref _unsaid, 1);
        writer.Set();
    }
}
