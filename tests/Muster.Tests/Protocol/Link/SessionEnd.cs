using System.Net.WebSockets;
using System.Threading.Channels;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Tests.Protocol.Link;

/// <summary>One end of a link with what it was given, for tests to read.</summary>
internal sealed class SessionEnd : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly FrameSocket _socket;

    public SessionEnd(WebSocket socket, TimeProvider? time = null, Func<LinkSessionOptions, LinkSessionOptions>? change = null)
    {
        var clock = time ?? TimeProvider.System;
        var options = new LinkSessionOptions
        {
            Outbox = Outbox.Outbox,
            Applied = new Dictionary<Lane, ulong>(),
            Time = clock,
            Heartbeat = () => new Heartbeat(),
            OnVolatile = frame => Volatile.Writer.TryWrite(frame),
            OnUnsupported = (lane, sequence, body) => Unsupported.Writer.TryWrite((lane, sequence, body)),
            Apply = async (lane, frames, cancel) =>
            {
                foreach (var frame in frames)
                {
                    await Applied.Writer.WriteAsync((lane, frame), cancel);
                }
            },
        };
        _socket = new FrameSocket(socket, clock);
        Session = new LinkSession(_socket, change?.Invoke(options) ?? options);
        Ended = Session.RunAsync(new StreamPosition(), _stop.Token);
    }

    public MemoryOutbox Outbox { get; } = new();

    public LinkSession Session { get; }

    public Task<LinkEnd> Ended { get; }

    public Channel<(Lane Lane, Frame Frame)> Applied { get; } = Channel.CreateUnbounded<(Lane, Frame)>();

    public Channel<Frame> Volatile { get; } = Channel.CreateUnbounded<Frame>();

    public Channel<(Lane, ulong, string)> Unsupported { get; } = Channel.CreateUnbounded<(Lane, ulong, string)>();

    public void Send(Lane lane, Frame frame)
    {
        Outbox.Add(lane, frame);
        Session.Pulse(lane);
    }

    public async Task<Frame> NextVolatileAsync(Frame.BodyOneofCase body, CancellationToken cancel)
    {
        while (true)
        {
            var frame = await Volatile.Reader.ReadAsync(cancel);
            if (frame.BodyCase == body)
            {
                return frame;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Ended;
        await _socket.DisposeAsync();
        _stop.Dispose();
    }
}
