using System.Threading.Channels;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>The one writer of a session: puts what waits into one message and sends it, without waiting for more.</summary>
internal sealed class LinkWriter
{
    private readonly FrameSocket _socket;
    private readonly LinkSessionOptions _options;
    private readonly IReadOnlyList<LaneReceiver> _receivers;
    private readonly Channel<Frame> _own = Channel.CreateBounded<Frame>(256);
    private readonly Channel<Frame> _volatile;
    private readonly FrameBatchWriter _batch = new();
    private long _dropped;
    private long _sendingSince;
    private int _next;

    public LinkWriter(FrameSocket socket, LinkSessionOptions options, IReadOnlyList<LaneReceiver> receivers, AsyncSignal signal)
    {
        _socket = socket;
        _options = options;
        _receivers = receivers;
        Signal = signal;
        _volatile = Channel.CreateBounded<Frame>(new BoundedChannelOptions(options.VolatileQueue) { SingleReader = true });
    }

    public AsyncSignal Signal { get; }

    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>How long the peer has not taken the message that is being sent.</summary>
    public TimeSpan Stalled =>
        Interlocked.Read(ref _sendingSince) is var since and not 0 ? _options.Time.GetElapsedTime(since) : TimeSpan.Zero;

    public bool TrySend(Frame frame)
    {
        if (LinkFeatures.Of(frame.BodyCase) is { } feature && !_options.PeerFeatures.Contains(feature)
            || !_volatile.Writer.TryWrite(frame))
        {
            Interlocked.Increment(ref _dropped);
            return false;
        }

        Signal.Set();
        return true;
    }

    /// <summary>A frame of the session itself: before all others.</summary>
    public void SendOwn(Frame frame)
    {
        if (_own.Writer.TryWrite(frame))
        {
            Signal.Set();
        }
        else
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Writes until cancelled or the socket breaks.</summary>
    public async Task RunAsync(IReadOnlyList<LaneSender> lanes, CancellationToken cancel)
    {
        while (true)
        {
            _batch.Clear();
            Fill(lanes);
            if (_batch.Length == 0)
            {
                await Signal.WaitAsync(cancel);
                continue;
            }

            Interlocked.Exchange(ref _sendingSince, Math.Max(1, _options.Time.GetTimestamp()));
            await _socket.SendAsync(_batch.Written, cancel);
            Interlocked.Exchange(ref _sendingSince, 0);
        }
    }

    private void Fill(IReadOnlyList<LaneSender> lanes)
    {
        Drain(_own.Reader, FrameBatchWriter.Limit);
        foreach (var receiver in _receivers)
        {
            if (receiver.TryTakeAcknowledgement(out var sequence))
            {
                _batch.TryAdd(new Frame { Acknowledge = new Acknowledge { Lane = (uint)receiver.Lane, Sequence = sequence } });
            }
        }

        // Half for volatile frames, then the lanes, then what room is left: neither starves the other.
        Drain(_volatile.Reader, FrameBatchWriter.Limit / 2);
        FillFromLanes(lanes);
        Drain(_volatile.Reader, FrameBatchWriter.Limit);
    }

    private void Drain(ChannelReader<Frame> frames, int until)
    {
        while (_batch.Length < until && frames.TryPeek(out var frame) && _batch.TryAdd(frame))
        {
            frames.TryRead(out _);
        }
    }

    private void FillFromLanes(IReadOnlyList<LaneSender> lanes)
    {
        for (var empty = 0; empty < lanes.Count; _next++)
        {
            var lane = lanes[_next % lanes.Count];
            if (!lane.TryPeek(out var frame))
            {
                empty++;
                continue;
            }

            if (!_batch.TryAdd(lane.Lane, frame.Sequence, frame.Body.Span))
            {
                return; // the same lane begins the next message
            }

            lane.Take();
            empty = 0;
        }
    }
}
