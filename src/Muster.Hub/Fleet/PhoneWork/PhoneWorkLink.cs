using System.Net.WebSockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Muster.Hub.Fleet.Links;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.PhoneWork;

/// <summary>The hub's end of one connection of a PhoneWork host client that has registered.</summary>
internal sealed partial class PhoneWorkLink : INodeLink
{
    private readonly FleetContext _fleet;
    private readonly FleetEntry _entry;
    private readonly PhoneWorkFeed _feed;
    private readonly PhoneWorkSocket _socket;
    private readonly PhoneWorkRuns _runs;
    private readonly Channel<PhoneWorkMessage> _out = Channel.CreateBounded<PhoneWorkMessage>(256);
    private readonly TaskCompletionSource<LinkEnd> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _pingedAt;
    private int _unanswered;

    public PhoneWorkLink(FleetContext fleet, FleetEntry entry, PhoneWorkFeed feed, PhoneWorkSocket socket)
    {
        (_fleet, _entry, _feed, _socket) = (fleet, entry, feed, socket);
        _pingedAt = fleet.Time.GetUtcNow();
        _runs = new PhoneWorkRuns(fleet.Options.PhoneWork, fleet.Time, () => entry.Snapshot.Name, _out.Writer.TryWrite, frames => feed.Put(entry, frames));
    }

    /// <summary>What to do when the node registers once more.</summary>
    public required Func<PhoneWorkMessage, CancellationToken, Task<string?>> Registered { get; init; }

    public Task Ended => _ended.Task;

    public void Pulse(Lane lane)
    {
        // nothing is kept for such a node
    }

    /// <summary>The dialect has nothing that may be lost.</summary>
    public bool TrySend(Frame frame) => false;

    public void Close(LinkEnd end) => _over.TrySetResult(end);

    /// <summary>False when the link is over.</summary>
    public bool Deliver(Frame frame)
    {
        switch (frame.BodyCase)
        {
            case Frame.BodyOneofCase.Forward:
                var begun = _runs.Begin(frame.Forward);
                ShowRuns();
                return begun;
            case Frame.BodyOneofCase.Steer:
                _runs.Steer(frame.Steer);
                return true;
            case Frame.BodyOneofCase.Stop:
                _runs.Stop(frame.Stop);
                _feed.Put(_entry, PhoneWorkFeed.Receipt(frame.Stop));
                ShowRuns();
                return true;
            default:
                return true; // approvals and replies: such a node never asks
        }
    }

    public void Tick(DateTimeOffset now)
    {
        var options = _fleet.Options.PhoneWork;
        _runs.Expire(now);
        ShowRuns();
        if (Volatile.Read(ref _unanswered) == 1)
        {
            if (now - _pingedAt >= options.PongWithin)
            {
                Close(new LinkEnd(LinkEndReason.Silent, $"It did not answer a ping within {options.PongWithin.TotalSeconds:0} s."));
            }
        }
        else if (now - _pingedAt >= options.PingEvery)
        {
            _pingedAt = now;
            Volatile.Write(ref _unanswered, 1);
            _out.Writer.TryWrite(new PhoneWorkMessage("ping"));
        }
    }

    /// <summary>Runs until the link is over.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        await using var cancelled = stopping.Register(() => Close(new LinkEnd(LinkEndReason.Cancelled, "The hub is stopping.")));
        Task[] loops = [GuardAsync(ReceiveAsync, stop.Token), GuardAsync(SendAsync, stop.Token)];
        var end = await _over.Task;
        _runs.Drop();
        ShowRuns();
        if (end.Reason != LinkEndReason.Replaced)
        {
            _fleet.State.Lost(_entry, this, atOnce: end.Reason == LinkEndReason.Silent, awayAtOnce: true);
        }

        LogEnded(_fleet.Logger, _entry.Snapshot.Name, end.Message);
        if (end.Reason == LinkEndReason.ProtocolError)
        {
            _fleet.Counters.ProtocolError();
        }

        await _socket.CloseAsync(end.Reason is LinkEndReason.Cancelled ? WebSocketCloseStatus.EndpointUnavailable : WebSocketCloseStatus.PolicyViolation, end.Message);
        await stop.CancelAsync();
        await Task.WhenAll(loops);
        _ended.TrySetResult();
    }

    private async Task GuardAsync(Func<CancellationToken, Task> loop, CancellationToken stop)
    {
        try
        {
            await loop(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        catch (Exception error)
        {
            Close(new LinkEnd(error is WebSocketException ? LinkEndReason.Lost : LinkEndReason.Failed, error.Message));
        }
    }

    private async Task SendAsync(CancellationToken cancel)
    {
        await foreach (var message in _out.Reader.ReadAllAsync(cancel))
        {
            await _socket.SendAsync(message, cancel);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        while (await _socket.ReceiveAsync(cancel) is { } message)
        {
            _fleet.State.Update(_entry, node => node with { LastSeen = _fleet.Time.GetUtcNow() }, tell: false);
            if (await TakeAsync(message, cancel) is { } wrong)
            {
                Close(new LinkEnd(LinkEndReason.ProtocolError, wrong));
                return;
            }
        }

        Close(_socket.End!);
    }

    private async Task<string?> TakeAsync(PhoneWorkMessage message, CancellationToken cancel)
    {
        switch (message.Type)
        {
            case "ping":
                _out.Writer.TryWrite(new PhoneWorkMessage("pong"));
                break;
            case "pong":
                Volatile.Write(ref _unanswered, 0);
                break;
            case "forward_response" when _runs.Answer(message):
                ShowRuns();
                break;
            case "forward_response":
                _fleet.Counters.LateResponse();
                LogLate(_fleet.Logger, _entry.Snapshot.Name, message.Id ?? "");
                break;
            case "task_complete":
                TaskComplete(message);
                break;
            case "register":
                return await Registered(message, cancel);
            default:
                _fleet.Counters.FrameRefused();
                break;
        }

        return null;
    }

    private void TaskComplete(PhoneWorkMessage message)
    {
        var user = message.UserId is { } name ? _fleet.People.Find(name) : null;
        if (user is not { } known || !_entry.Snapshot.Users.Contains(known))
        {
            _fleet.Counters.FrameRefused();
            LogNotServed(_fleet.Logger, _entry.Snapshot.Name);
            return;
        }

        _feed.Put(_entry, new Frame
        {
            Notice = new Notice
            {
                UserId = known.ToString(),
                ConversationId = Id<Conversation>.TryParse(message.ChatId, out var conversation) ? conversation.ToString() : "",
                Kind = "task_complete",
                Text = message.Result ?? "",
            },
        });
    }

    private void ShowRuns()
    {
        var count = _runs.Count;
        if (_entry.Snapshot.Runs != count && _entry.Link == this)
        {
            _fleet.State.Update(_entry, node => node with { Runs = count });
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The link of PhoneWork node {Name} is over: {Why}")]
    private static partial void LogEnded(ILogger logger, string name, string why);

    [LoggerMessage(Level = LogLevel.Information, Message = "PhoneWork node {Name} answered {Id}, which nobody waits for; it was dropped")]
    private static partial void LogLate(ILogger logger, string name, string id);

    [LoggerMessage(Level = LogLevel.Warning, Message = "PhoneWork node {Name} has a result for a user whom it does not serve; it was dropped")]
    private static partial void LogNotServed(ILogger logger, string name);
}
