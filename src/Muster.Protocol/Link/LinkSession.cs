using System.Net.WebSockets;
using Muster.Protocol.Wire;

namespace Muster.Protocol.Link;

/// <summary>
/// An open link, from the end of the handshake until it breaks; the same for hub and node.
/// Volatile frames may be lost. Reliable frames come from the <see cref="Outbox"/> and are applied by the peer once, in order per lane;
/// no lane waits for another. Run it once; make another for the next connection.
/// </summary>
public sealed class LinkSession
{
    private static readonly Lane[] Lanes = [Lane.Control, Lane.Chat, Lane.Pool];

    private readonly FrameSocket _socket;
    private readonly LinkSessionOptions _options;
    private readonly LaneReceiver[] _receivers;
    private readonly LinkWriter _writer;
    private readonly TaskCompletionSource<LinkEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LaneSender[] _senders = [];
    private long _unknown;

    public LinkSession(FrameSocket socket, LinkSessionOptions options)
    {
        _socket = socket;
        _options = options;
        var signal = new AsyncSignal();
        _receivers = [.. Lanes.Select(lane => new LaneReceiver(lane, options, signal))];
        _writer = new LinkWriter(socket, options, _receivers, signal);
    }

    /// <summary>Volatile frames that were not sent: the queue was full, or the peer does not know them.</summary>
    public long VolatileDropped => _writer.Dropped;

    /// <summary>Volatile frames that came and that this program does not know.</summary>
    public long UnknownIgnored => Interlocked.Read(ref _unknown);

    public IReadOnlySet<string> PeerFeatures => _options.PeerFeatures;

    /// <summary>Sends a frame that may be lost; false when it was dropped at once. From any thread. The frame must not be changed afterwards.</summary>
    public bool TrySend(Frame frame) => _writer.TrySend(frame);

    /// <summary>A frame of this lane was committed to the outbox.</summary>
    public void Pulse(Lane lane)
    {
        var senders = Volatile.Read(ref _senders);
        if (lane is >= Lane.Control and <= Lane.Pool && senders.Length > 0)
        {
            senders[(int)lane - 1].Pulse();
        }
    }

    /// <summary>Ends the session for a reason of its owner: replaced, revoked.</summary>
    public void Close(LinkEnd end) => _ended.TrySetResult(end);

    /// <summary>Runs until the link is over, and closes the socket. Does not throw.</summary>
    /// <param name="peerApplied">Highest number per lane that the peer has applied, as <see cref="LinkHandshake.Resume"/> gave it.</param>
    public async Task<LinkEnd> RunAsync(StreamPosition peerApplied, CancellationToken cancel)
    {
        var senders = Lanes
            .Select(lane => new LaneSender(lane, _options, peerApplied.Lanes.GetValueOrDefault((uint)lane), _writer.Signal))
            .ToArray();
        Volatile.Write(ref _senders, senders);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await using var cancelled = cancel.Register(() => Close(new LinkEnd(LinkEndReason.Cancelled, "This side is stopping.")));
        var receiving = Guard(ReceiveAsync, stop.Token);
        Task[] loops =
        [
            receiving,
            Guard(token => _writer.RunAsync(senders, token), stop.Token),
            Guard(HeartbeatAsync, stop.Token),
            Guard(WatchAsync, stop.Token),
            .. senders.Select(sender => Guard(sender.ReadAsync, stop.Token)),
            .. senders.Select(sender => Guard(sender.ForgetAsync, stop.Token)),
            .. _receivers.Select(receiver => Guard(
                token => receiver.ApplyAsync(unsupported => _writer.SendOwn(new Frame { Unsupported = unsupported }), token), stop.Token)),
        ];
        var end = await _ended.Task;
        if (end.Reason != LinkEndReason.Silent)
        {
            await SayGoodbyeAsync(end, receiving);
        }

        await stop.CancelAsync();
        _socket.Abort();
        await Task.WhenAll(loops);
        return end;
    }

    /// <summary>Cutting a connection while bytes are on their way in would cost the peer the reason, so it may close first.</summary>
    private async Task SayGoodbyeAsync(LinkEnd end, Task receiving)
    {
        await _socket.CloseAsync(StatusOf(end.Reason), end.Message);
        using var patience = new CancellationTokenSource(FrameSocket.CloseTimeout, _options.Time);
        await receiving.WaitAsync(patience.Token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Runs one loop; whatever ends it ends the session, with a sentence.</summary>
    private async Task Guard(Func<CancellationToken, Task> loop, CancellationToken stop)
    {
        try
        {
            await loop(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (WebSocketException error)
        {
            Close(_socket.End ?? new LinkEnd(LinkEndReason.Lost, $"The connection was lost: {error.Message}"));
        }
        catch (Exception error)
        {
            Close(new LinkEnd(LinkEndReason.Failed, error.Message));
        }
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        while (await _socket.ReceiveAsync(cancel) is { } frames)
        {
            foreach (var frame in frames)
            {
                if (Receive(frame) is { } wrong)
                {
                    Close(new LinkEnd(LinkEndReason.ProtocolError, $"The other side broke the protocol: {wrong}"));
                    await _socket.DrainAsync();
                    return;
                }
            }
        }

        Close(_socket.End!);
    }

    private string? Receive(Frame frame) => frame.Lane switch
    {
        0 => ReceiveVolatile(frame),
        <= (uint)Lane.Pool => _receivers[frame.Lane - 1].Receive(frame),
        _ => $"there is no lane {frame.Lane}",
    };

    private string? ReceiveVolatile(Frame frame)
    {
        switch (frame.BodyCase)
        {
            case Frame.BodyOneofCase.Acknowledge:
                var (lane, sequence) = (frame.Acknowledge.Lane, frame.Acknowledge.Sequence);
                return lane is >= (uint)Lane.Control and <= (uint)Lane.Pool && _senders[lane - 1].Acknowledge(sequence)
                    ? null
                    : $"frame {sequence} of lane {lane} was acknowledged and never sent";
            case Frame.BodyOneofCase.Unsupported:
                _options.OnUnsupported?.Invoke((Lane)frame.Unsupported.Lane, frame.Unsupported.Sequence, frame.Unsupported.Body);
                return null;
            case Frame.BodyOneofCase.None:
                Interlocked.Increment(ref _unknown);
                return null;
            default:
                _options.OnVolatile(frame);
                return null;
        }
    }

    private async Task HeartbeatAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(_options.HeartbeatEvery, _options.Time);
        do
        {
            _writer.SendOwn(new Frame { Heartbeat = _options.Heartbeat() });
        }
        while (await timer.WaitForNextTickAsync(cancel));
    }

    private async Task WatchAsync(CancellationToken cancel)
    {
        while (true)
        {
            var quiet = _socket.Silence > _writer.Stalled ? _socket.Silence : _writer.Stalled;
            if (quiet >= _options.SilentAfter)
            {
                Close(new LinkEnd(LinkEndReason.Silent, $"Nothing was heard from the other side for {_options.SilentAfter.TotalSeconds:0} s."));
                return;
            }

            await Task.Delay(_options.SilentAfter - quiet, _options.Time, cancel);
        }
    }

    private static WebSocketCloseStatus StatusOf(LinkEndReason reason) => reason switch
    {
        LinkEndReason.ProtocolError => WebSocketCloseStatus.ProtocolError,
        LinkEndReason.Replaced or LinkEndReason.Revoked => WebSocketCloseStatus.PolicyViolation,
        LinkEndReason.Failed => WebSocketCloseStatus.InternalServerError,
        LinkEndReason.Cancelled => WebSocketCloseStatus.EndpointUnavailable,
        _ => WebSocketCloseStatus.NormalClosure,
    };
}
