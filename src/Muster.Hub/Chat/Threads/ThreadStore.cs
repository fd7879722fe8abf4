using Muster.Storage;

namespace Muster.Hub.Chat.Threads;

/// <summary>The numbered events of conversations. Whoever appends in a transaction tells the watchers after its commit.</summary>
internal sealed class ThreadStore(ThreadFeeds feeds)
{
    /// <summary>Most events that one read returns.</summary>
    public const int Batch = 500;

    /// <param name="origin">Name of the machine that it comes from; empty for people and the hub.</param>
    public long Append(Transaction tx, string conversation, string name, string json, string origin = "", string? run = null)
    {
        var number = tx.Scalar<long>(
            "update conversations set last_number = last_number + 1 where id = @conversation returning last_number", new { conversation });
        tx.Execute(
            "insert into thread_events (conversation_id, number, name, json, origin, run_id) values (@conversation, @number, @name, @json, @origin, @run)",
            new { conversation, number, name, json, origin, run });
        tx.OnCommitted(() => feeds.Publish(conversation, new ThreadEvent(number, name, json)));
        return number;
    }

    /// <summary>Appends it, and shows it to the clients of the conversation's user that watch no conversation, too.</summary>
    public void AppendForAll(Transaction tx, string conversation, string name, string json, string origin, string run)
    {
        Append(tx, conversation, name, json, origin, run);
        if (ConversationStore.Find(tx, conversation) is { } found)
        {
            tx.OnCommitted(() => feeds.Fleet.Publish(new ThreadEvent(0, name, json), found.UserId));
        }
    }

    public static IReadOnlyList<ThreadEvent> After(Transaction tx, string conversation, long number) =>
    [
        .. tx.Query<(long Number, string Name, string Json)>(
                "select number, name, json from thread_events where conversation_id = @conversation and number > @number order by number limit @Batch",
                new { conversation, number, Batch })
            .Select(row => new ThreadEvent(row.Number, row.Name, row.Json)),
    ];
}
