using System.Threading.Channels;

namespace Muster.Protocol.Link;

/// <summary>One lane's way out: reads kept frames ahead of the writer, within the window, and forgets what the peer has applied.</summary>
internal sealed class LaneSender(Lane lane, LinkSessionOptions options, ulong peerApplied, AsyncSignal writer)
{
    private const int ReadLimit = 256;

    private readonly AsyncSignal _changed = new();
    private readonly AsyncSignal _acknowledged = new();
    private readonly Channel<OutboxFrame> _ready = Channel.CreateBounded<OutboxFrame>(
        new BoundedChannelOptions(ReadLimit) { SingleReader = true, SingleWriter = true });

    private ulong _sent = peerApplied;
    private ulong _applied = peerApplied;

    public Lane Lane => lane;

    /// <summary>The outbox has more.</summary>
    public void Pulse() => _changed.Set();

    /// <summary>False: the peer acknowledges what was never sent.</summary>
    public bool Acknowledge(ulong sequence)
    {
        if (sequence > Volatile.Read(ref _sent))
        {
            return false;
        }

        if (sequence > _applied)
        {
            Volatile.Write(ref _applied, sequence);
            _acknowledged.Set();
            _changed.Set();
        }

        return true;
    }

    public bool TryPeek(out OutboxFrame frame) => _ready.Reader.TryPeek(out frame);

    /// <summary>Takes the frame that was peeked at; it counts as sent.</summary>
    public void Take()
    {
        if (_ready.Reader.TryRead(out var frame))
        {
            Volatile.Write(ref _sent, frame.Sequence);
        }
    }

    /// <summary>Reads ahead until cancelled.</summary>
    public async Task ReadAsync(CancellationToken cancel)
    {
        var cursor = _sent; // read before anything is taken
        while (true)
        {
            var room = options.Window - (int)(cursor - Volatile.Read(ref _applied));
            var frames = room <= 0 ? [] : await options.Outbox.Read(lane, cursor, Math.Min(room, ReadLimit), cancel);
            foreach (var frame in frames)
            {
                if (frame.Sequence != cursor + 1)
                {
                    throw new InvalidDataException($"The outbox gave frame {frame.Sequence} of lane {lane} after {cursor}.");
                }

                await _ready.Writer.WriteAsync(frame, cancel);
                cursor = frame.Sequence;
                writer.Set();
            }

            if (frames.Count == 0)
            {
                await _changed.WaitAsync(cancel);
            }
        }
    }

    /// <summary>Forgets in the background until cancelled; what is not forgotten then is at the next start.</summary>
    public async Task ForgetAsync(CancellationToken cancel)
    {
        var forgotten = 0UL;
        while (true)
        {
            var applied = Volatile.Read(ref _applied);
            if (applied > forgotten)
            {
                await options.Outbox.Forget(lane, applied, cancel);
                forgotten = applied;
                await Task.Delay(options.ForgetEvery, options.Time, cancel);
            }
            else
            {
                await _acknowledged.WaitAsync(cancel);
            }
        }
    }
}
