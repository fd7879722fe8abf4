using Muster.Hub.Chat.Threads;
using Muster.Storage;

namespace Muster.Hub.Chat.Notices;

/// <summary>Tells a user something: in a conversation, to all that watch, and in the inbox when nobody does.</summary>
internal sealed class NoticeDesk(ThreadStore threads, ThreadFeeds feeds, TimeProvider time)
{
    /// <param name="conversation">Where it belongs; without one, the conversation that the user used last.</param>
    /// <returns>Its number in the inbox.</returns>
    public long Tell(Transaction tx, string user, NoticeText notice, string? conversation = null)
    {
        var where = conversation ?? ConversationStore.Latest(tx, user);
        var json = EventJson.Notice(notice.Kind, notice.Text, notice.Level, null, notice.Node, notice.Fields);
        if (where is not null)
        {
            threads.Append(tx, where, "notice", json);
        }

        var number = Inbox.Add(tx, user, notice, where, time.GetUtcNow(), feeds.IsWatching(user, where));
        tx.OnCommitted(() => feeds.Fleet.Publish(new ThreadEvent(number, "notice", json), user));
        return number;
    }
}
