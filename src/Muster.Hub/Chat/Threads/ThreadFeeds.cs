using System.Collections.Concurrent;

namespace Muster.Hub.Chat.Threads;

/// <summary>The live side of threads: who watches which conversation, and the fleet's own feed.</summary>
internal sealed class ThreadFeeds
{
    private readonly ConcurrentDictionary<string, ThreadFeed> _feeds = new(StringComparer.Ordinal);

    /// <summary>Machines and notices; each watcher is asked whether an event is for its user.</summary>
    public ThreadFeed Fleet { get; } = new();

    public Watcher Watch(string conversation, string user) => Feed(conversation).Watch(user);

    public void Publish(string conversation, ThreadEvent item) => Feed(conversation).Publish(item);

    /// <summary>True while one of the user's clients watches the fleet or this conversation, so that a notice there is seen.</summary>
    public bool IsWatching(string user, string? conversation) =>
        Fleet.HasUser(user) || (conversation is not null && _feeds.TryGetValue(conversation, out var feed) && feed.HasUser(user));

    public void Forget(string conversation)
    {
        if (_feeds.TryRemove(conversation, out var feed))
        {
            feed.End();
        }
    }

    public void End()
    {
        Fleet.End();
        foreach (var feed in _feeds.Values)
        {
            feed.End();
        }
    }

    private ThreadFeed Feed(string conversation) => _feeds.GetOrAdd(conversation, _ => new ThreadFeed());
}
