using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;
using Muster.Storage.Lanes;

namespace Muster.Node.Link;

/// <summary>The node's end of the link: dials the hub, keeps dialling, and loses nothing that was enqueued.</summary>
public sealed partial class HubLink
{
    private readonly HubLinkOptions _options;
    private readonly LaneStore _lanes;
    private readonly FrameApplier _applier;
    private readonly Reconnect _reconnect;
    private LinkSession? _session;
    private LinkState _state;

    public HubLink(HubLinkOptions options)
    {
        _options = options;
        _lanes = new LaneStore(options.Database, options.Lanes);
        _applier = new FrameApplier(options, _lanes);
        _reconnect = new Reconnect(options.Time, new Random(options.Seed));
        _state = new LinkState(LinkStatus.Connecting, $"Connecting to {options.Identity.HubUrl}.", options.Time.GetUtcNow());
    }

    /// <summary>Raised on the link's own loop: quick, and it must not throw.</summary>
    public event EventHandler<LinkStateEventArgs>? StateChanged;

    public LinkState State => Volatile.Read(ref _state);

    /// <summary>So much waits for the hub that no new work should be taken.</summary>
    public bool NearBound => _lanes.NearBound(HubHandshake.Peer);

    /// <summary>Features that the connected hub named; empty when there is none.</summary>
    public IReadOnlySet<string> HubFeatures => Volatile.Read(ref _session)?.PeerFeatures ?? new HashSet<string>();

    /// <summary>Keeps a frame until the hub has applied it, in the caller's transaction.</summary>
    public void Enqueue(Transaction tx, Lane lane, Frame frame)
    {
        _lanes.Add(tx, HubHandshake.Peer, (int)lane, FrameBody.Encode(frame));
        tx.OnCommitted(() => Volatile.Read(ref _session)?.Pulse(lane));
    }

    /// <summary>Sends a frame that may be lost; false when there is no link or its queue is full.</summary>
    public bool TrySendVolatile(Frame frame) => Volatile.Read(ref _session)?.TrySend(frame) ?? false;

    /// <summary>Ends the connection, to begin again: something of it could not be taken, and a new one brings what is still wanted.</summary>
    public void Cut(string why) => Volatile.Read(ref _session)?.Close(new LinkEnd(LinkEndReason.Lost, why));

    /// <summary>Waits that run out early: the machine woke up, or a person asked.</summary>
    public void NetworkAvailable() => _reconnect.NetworkAvailable();

    /// <summary>Runs until cancelled, or until the hub says that there is no sense in trying again: see <see cref="State"/>.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        NetworkAddressChangedEventHandler networkChanged = (_, _) => _reconnect.NetworkAvailable();
        NetworkChange.NetworkAddressChanged += networkChanged;
        try
        {
            while (true)
            {
                var wait = await ConnectAsync(cancel);
                if (wait is null)
                {
                    return;
                }

                await _reconnect.WaitAsync(wait.Value, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            Change(LinkStatus.Stopped, "The node is stopping.");
        }
        finally
        {
            NetworkChange.NetworkAddressChanged -= networkChanged;
        }
    }

    /// <summary>One connection from dialling to its end; the least wait before the next, or null for none.</summary>
    private async Task<TimeSpan?> ConnectAsync(CancellationToken cancel)
    {
        try
        {
            await RunOnceAsync(cancel);
            return TimeSpan.Zero;
        }
        catch (HubRefusedException refused)
        {
            Change(LinkStatus.Refused, refused.Message);
            return refused.Final ? null : _options.RefusedRetry;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            Change(LinkStatus.Connecting, $"The hub {_options.Identity.HubUrl} did not answer within {_options.HandshakeTimeout.TotalSeconds:0} s; trying again.");
        }
        catch (Exception error) when (error is IOException or StorageException or System.Net.WebSockets.WebSocketException)
        {
            Change(LinkStatus.Connecting, error.Message);
        }

        return TimeSpan.Zero;
    }

    private async Task RunOnceAsync(CancellationToken cancel)
    {
        using var deadline = new CancellationTokenSource(_options.HandshakeTimeout, _options.Time);
        using var opening = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancel);
        await using var socket = new FrameSocket(await HubDial.OpenAsync(_options.Identity, opening.Token), _options.Time);
        var opened = await new HubHandshake(_options, _lanes).RunAsync(socket, opening.Token);
        _reconnect.FrameReceived();
        if (!opened.Resumption.Resumes)
        {
            await ReconcileAsync(opened.Resumption.Why, cancel);
            return;
        }

        var session = new LinkSession(socket, SessionOptions(opened));
        Volatile.Write(ref _session, session);
        _options.Transfers.Set(opened.Accepted.TransferToken);
        Change(LinkStatus.Online, $"Connected to {_options.Identity.HubUrl}.", opened.Accepted.NodeName);
        var end = await session.RunAsync(opened.Resumption.From, cancel);
        _options.Transfers.Set(null);
        Volatile.Write(ref _session, null);
        LogEnded(_options.Logger, end.Reason, end.Message);
        cancel.ThrowIfCancellationRequested();
        Change(LinkStatus.Connecting, end.Message);
    }

    private LinkSessionOptions SessionOptions(OpenedLink opened) => new()
    {
        Outbox = new Outbox(opened.OutboxId, ReadAsync, ForgetAsync),
        Applied = opened.Applied,
        Apply = (lane, frames, token) => _applier.ApplyAsync(opened.Accepted.Sends.OutboxId, lane, frames, TrySendVolatile, token),
        OnVolatile = _options.Handlers.Take,
        OnUnsupported = (lane, sequence, body) => LogUnsupported(_options.Logger, lane, sequence, body),
        Heartbeat = _options.Heartbeat ?? (() => new Heartbeat { SentAt = _options.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 }),
        PeerFeatures = opened.HubFeatures,
        Time = _options.Time,
    };

    private async ValueTask<IReadOnlyList<OutboxFrame>> ReadAsync(Lane lane, ulong after, int limit, CancellationToken cancel)
    {
        var frames = await _lanes.ReadAsync(HubHandshake.Peer, (int)lane, after, limit, cancel);
        return [.. frames.Select(frame => new OutboxFrame(frame.Sequence, frame.Body))];
    }

    private async ValueTask ForgetAsync(Lane lane, ulong upTo, CancellationToken cancel) =>
        await _lanes.ForgetAsync(HubHandshake.Peer, (int)lane, upTo, cancel);

    /// <summary>Starts a new outbox; the next Hello names it.</summary>
    private async Task ReconcileAsync(string why, CancellationToken cancel)
    {
        LogReconcile(_options.Logger, why);
        await _options.Database.WriteAsync(
            tx =>
            {
                _lanes.Reset(tx, HubHandshake.Peer);
                _options.OnReconcile?.Invoke(tx);
            },
            cancel);
    }

    private void Change(LinkStatus status, string sentence, string? name = null)
    {
        var state = new LinkState(status, sentence, _options.Time.GetUtcNow(), name ?? _state.NodeName);
        Volatile.Write(ref _state, state);
        LogState(_options.Logger, status, sentence);
        StateChanged?.Invoke(this, new LinkStateEventArgs(state));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Link {Status}: {Sentence}")]
    private static partial void LogState(ILogger logger, LinkStatus status, string sentence);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Link ended ({Reason}): {Sentence}")]
    private static partial void LogEnded(ILogger logger, LinkEndReason reason, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The hub could not read frame {Sequence} of lane {Lane} ({Body})")]
    private static partial void LogUnsupported(ILogger logger, Lane lane, ulong sequence, string body);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox starts anew: {Why}")]
    private static partial void LogReconcile(ILogger logger, string why);
}
