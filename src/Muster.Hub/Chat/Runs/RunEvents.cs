using System.Text.Json;
using Microsoft.Extensions.Logging;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Runs;

/// <summary>
/// Takes the events of runs from their machines into threads: durable ones in the transaction that acknowledges them, deltas
/// straight to the watchers.
/// </summary>
internal sealed partial class RunEvents(ThreadStore threads, ThreadFeeds feeds, RunEnds ends, NodeDirectory nodes, ILogger<RunEvents> logger)
{
    /// <summary>Characters of one event's data; larger ones are refused, since every watcher would have to carry them.</summary>
    private const int Most = 1024 * 1024;

    private static readonly HashSet<string> _durable = new(StringComparer.Ordinal)
    {
        "agent_start", "turn_start", "message_end", "tool_execution_start", "tool_execution_end", "turn_end", "agent_end", "notice",
    };

    private static readonly HashSet<string> _volatile = new(StringComparer.Ordinal) { "message_start", "message_update", "tool_execution_update", "notice" };

    private long _dropped;

    /// <summary>Events of runs that were stopped, of runs that nobody knows, and malformed ones.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Register()
    {
        nodes.Handle(Frame.BodyOneofCase.RunEvent, (tx, node, frame) => Durable(tx, node, frame.RunEvent));
        nodes.Observe(Frame.BodyOneofCase.RunEvent, (node, frame) => Volatile(node, frame.RunEvent));
    }

    private void Durable(Transaction tx, NodeSnapshot node, RunEvent item)
    {
        var run = RunStore.Find(tx, item.RunId);
        if (run is null || run.NodeId != node.Id.ToString() || run.ConversationId != item.ConversationId || run.State == "ended"
            || ConversationStore.Find(tx, run.ConversationId) is null)
        {
            Drop(node.Name, item.Name);
            return;
        }

        if (!_durable.Contains(item.Name) || Head(item) is not { } head || head.RunId != run.Id)
        {
            Drop(node.Name, item.Name);
            return;
        }

        var json = item.Json;
        if (item.Name == "agent_end")
        {
            json = SpendingCost.Into(tx, run.Id, json);
            ends.Ended(tx, run, head.Outcome ?? "failed");
        }
        else if (head.Message is { Role: "user", Id: { } shown })
        {
            MessageStore.Shown(tx, shown);
        }

        threads.Append(tx, run.ConversationId, item.Name, json, node.Name, run.Id);
    }

    private void Volatile(NodeSnapshot node, RunEvent item)
    {
        if (_volatile.Contains(item.Name) && ends.IsOpen(item.RunId, node.Id, item.ConversationId) && Head(item) is { } head)
        {
            feeds.Publish(item.ConversationId, new ThreadEvent(0, item.Name, item.Json, head.MessageId));
        }
        else
        {
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>The message that a delta belongs to.</summary>
    public static string? MessageOf(string json) => JsonSerializer.Deserialize(json, ChatJson.Default.EventHead)?.MessageId;

    private static EventHead? Head(RunEvent item)
    {
        try
        {
            // A line break would end the event in the stream to the client.
            return item.Json.Length <= Most && item.Json.AsSpan().IndexOfAny('\r', '\n') < 0
                ? JsonSerializer.Deserialize(item.Json, ChatJson.Default.EventHead)
                : null;
        }
        catch (JsonException)
        {
            return null; // counted by the caller: a machine that sends this is broken, and says so nowhere else
        }
    }

    private void Drop(string node, string name)
    {
        Interlocked.Increment(ref _dropped);
        LogDropped(node, name);
    }

    [LoggerMessage(LogLevel.Debug, "Dropped {Name} of {Node}: its run is over, unknown, or it is malformed")]
    private partial void LogDropped(string node, string name);
}
