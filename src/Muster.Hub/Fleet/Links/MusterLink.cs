using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Fleet.Links;

/// <summary>The hub's end of one muster.v1 connection.</summary>
internal sealed partial class MusterLink : INodeLink
{
    private readonly FleetContext _fleet;
    private readonly FleetEntry _entry;
    private readonly string _peer;
    private readonly OpenedNode _opened;
    private readonly LinkSession _session;
    private readonly FrameApplier _applier;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _failing = Task.CompletedTask;
    private string _transferToken = "";

    public MusterLink(FleetContext fleet, FleetEntry entry, FrameSocket socket, Hello hello, OpenedNode opened)
    {
        (_fleet, _entry, _opened) = (fleet, entry, opened);
        (MachineId, BootId) = (hello.MachineId, hello.BootId);
        _peer = entry.Snapshot.Id.ToString();
        _applier = new FrameApplier(fleet, entry, opened, frame => TrySend(frame));
        _session = new LinkSession(socket, SessionOptions(hello));
    }

    public string MachineId { get; }

    public string BootId { get; }

    public Task Ended => _ended.Task;

    public void Pulse(Lane lane) => _session.Pulse(lane);

    public bool TrySend(Frame frame) => _session.TrySend(frame);

    public void Close(LinkEnd end) => _session.Close(end);

    public void Tick(DateTimeOffset now)
    {
        // the session keeps its own time
    }

    /// <summary>What the node shows where it moves files by HTTP, until this link is over.</summary>
    public string OpenTransfers() => _transferToken = _fleet.Tokens.Issue(_entry.Snapshot.Id);

    /// <summary>Runs until the link is over.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        LogOpened(_fleet.Logger, _entry.Snapshot.Name);
        _fleet.State.TellLinked(_entry, up: true);
        var end = await _session.RunAsync(_opened.PeerApplied, stopping);
        _fleet.Tokens.End(_transferToken);
        if (end.Reason == LinkEndReason.ProtocolError)
        {
            _fleet.Counters.ProtocolError();
        }

        LogEnded(_fleet.Logger, _entry.Snapshot.Name, end.Message);
        _fleet.State.TellLinked(_entry, up: false);
        if (end.Reason != LinkEndReason.Replaced)
        {
            _fleet.State.Lost(_entry, this, atOnce: end.Reason == LinkEndReason.Silent, awayAtOnce: false);
        }

        await _failing.WaitAsync(CancellationToken.None);
        _ended.TrySetResult();
    }

    /// <summary>It was in place, and never ran.</summary>
    public void Abandon()
    {
        _fleet.Tokens.End(_transferToken);
        _fleet.State.Lost(_entry, this, atOnce: false, awayAtOnce: false);
        _ended.TrySetResult();
    }

    private LinkSessionOptions SessionOptions(Hello hello) => new()
    {
        Outbox = new Outbox(_opened.Outbox.Id, ReadAsync, ForgetAsync),
        Applied = LinkHandshake.Lanes(_opened.Applied),
        Apply = _applier.ApplyAsync,
        OnVolatile = Take,
        OnUnsupported = Unsupported,
        Heartbeat = () => new Heartbeat { SentAt = _fleet.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 },
        PeerFeatures = hello.Features.ToHashSet(),
        Time = _fleet.Time,
        HeartbeatEvery = _fleet.Options.Heartbeat,
        SilentAfter = _fleet.Options.SilentAfter,
    };

    private void Take(Frame frame)
    {
        if (frame.Heartbeat is { } heartbeat)
        {
            _fleet.State.Heard(_entry, heartbeat);
        }
        else
        {
            _fleet.Router.Take(_entry.Snapshot, frame);
        }
    }

    private async ValueTask<IReadOnlyList<OutboxFrame>> ReadAsync(Lane lane, ulong after, int limit, CancellationToken cancel)
    {
        var frames = await _fleet.Lanes.ReadAsync(_peer, (int)lane, after, limit, cancel);
        return [.. frames.Select(frame => new OutboxFrame(frame.Sequence, frame.Body))];
    }

    private async ValueTask ForgetAsync(Lane lane, ulong upTo, CancellationToken cancel)
    {
        await Volatile.Read(ref _failing).WaitAsync(cancel); // a frame that the node refused is read once more before it is forgotten
        await _fleet.Lanes.ForgetAsync(_peer, (int)lane, upTo, cancel);
    }

    private void Unsupported(Lane lane, ulong sequence, string body)
    {
        LogUnsupported(_fleet.Logger, _entry.Snapshot.Name, sequence, lane, body);
        Volatile.Write(ref _failing, FailAsync(_failing, lane, sequence));
    }

    /// <summary>A run that the node cannot even read is over.</summary>
    private async Task FailAsync(Task before, Lane lane, ulong sequence)
    {
        await before;
        try
        {
            var frames = await _fleet.Lanes.ReadAsync(_peer, (int)lane, sequence - 1, 1);
            if (frames is [var found] && found.Sequence == sequence && Frame.Parser.ParseFrom(found.Body.Span).Forward is { } forward)
            {
                var name = _entry.Snapshot.Name;
                await _fleet.Database.WriteAsync(tx => _fleet.Router.Apply(
                    tx,
                    _entry.Snapshot,
                    RunFrames.End(forward, "failed", $"{name} does not understand this request: update Muster on it (muster update).")));
            }
        }
        catch (Exception error) when (error is StorageException or InvalidProtocolBufferException or InvalidOperationException)
        {
            LogNotFailed(_fleet.Logger, _entry.Snapshot.Name, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Node {Name} connected")]
    private static partial void LogOpened(ILogger logger, string name);

    [LoggerMessage(Level = LogLevel.Information, Message = "The link of node {Name} is over: {Why}")]
    private static partial void LogEnded(ILogger logger, string name, string why);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Node {Name} could not read frame {Sequence} of lane {Lane} ({Body})")]
    private static partial void LogUnsupported(ILogger logger, string name, ulong sequence, Lane lane, string body);

    [LoggerMessage(Level = LogLevel.Error, Message = "A command that node {Name} could not read was not marked as failed")]
    private static partial void LogNotFailed(ILogger logger, string name, Exception error);
}
