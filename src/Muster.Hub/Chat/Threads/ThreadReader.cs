using Microsoft.AspNetCore.Http;
using Muster.Storage;

namespace Muster.Hub.Chat.Threads;

/// <summary>Serves one reader of a thread: the durable tail, the text so far, then what happens.</summary>
internal sealed class ThreadReader(Database database, ThreadFeeds feeds, TimeProvider time)
{
    public async Task ServeAsync(HttpContext context, string conversation, string user, long after)
    {
        using var watcher = feeds.Watch(conversation, user);
        var stream = new EventStream(context, time);
        await stream.OpenAsync();
        var ended = new HashSet<string>(StringComparer.Ordinal);
        var last = after;
        IReadOnlyList<ThreadEvent> tail;
        do
        {
            var from = last;
            tail = await database.ReadAsync(tx => ThreadStore.After(tx, conversation, from), context.RequestAborted);
            foreach (var item in tail)
            {
                stream.Write(item);
                last = item.Number;
                NoteEnd(item, watcher.Snapshot, ended);
            }

            await stream.FlushAsync();
        }
        while (tail.Count == ThreadStore.Batch);

        if (watcher.Snapshot is { MessageId: { } open } snapshot && !ended.Contains(open))
        {
            stream.Write(snapshot);
        }

        await stream.FollowAsync(watcher, item => item.Durable ? item.Number > last : item.MessageId is null || !ended.Contains(item.MessageId));
    }

    /// <summary>The tail may already hold the end of the message whose beginning was being watched.</summary>
    private static void NoteEnd(ThreadEvent item, ThreadEvent? snapshot, HashSet<string> ended)
    {
        if (snapshot?.MessageId is { } open && item.Name == "message_end" && item.Json.Contains(open, StringComparison.Ordinal))
        {
            ended.Add(open);
        }
    }
}
