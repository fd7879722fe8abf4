namespace Muster.Hub.Chat.Threads;

/// <summary>Fans events out to the watchers of one conversation and keeps the text of the message that is being written.</summary>
internal sealed class ThreadFeed
{
    private readonly Lock _gate = new();
    private readonly List<Watcher> _watchers = [];
    private readonly OpenMessage _open = new();
    private bool _ended;

    public Watcher Watch(string user)
    {
        lock (_gate)
        {
            var watcher = new Watcher(user, _open.Snapshot(), Leave);
            if (_ended)
            {
                watcher.End();
            }

            _watchers.Add(watcher);
            return watcher;
        }
    }

    /// <param name="user">Only to this user's watchers, or to all.</param>
    public void Publish(ThreadEvent item, string? user = null)
    {
        lock (_gate)
        {
            _open.Apply(item);
            foreach (var watcher in _watchers)
            {
                if (user is null || watcher.User == user)
                {
                    watcher.Offer(item);
                }
            }
        }
    }

    public IReadOnlyList<string> Users
    {
        get
        {
            lock (_gate)
            {
                return [.. _watchers.Select(watcher => watcher.User).Distinct()];
            }
        }
    }

    public bool HasUser(string user)
    {
        lock (_gate)
        {
            return _watchers.Exists(watcher => watcher.User == user);
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _ended = true;
            _watchers.ForEach(watcher => watcher.End());
        }
    }

    private void Leave(Watcher watcher)
    {
        lock (_gate)
        {
            _watchers.Remove(watcher);
        }
    }
}
