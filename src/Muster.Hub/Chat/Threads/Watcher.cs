using System.Threading.Channels;

namespace Muster.Hub.Chat.Threads;

/// <summary>One reader of a feed. A reader that falls too far behind is cut: its channel ends, and it comes back with its last id.</summary>
internal sealed class Watcher : IDisposable
{
    public const int MostBehind = 1000;

    private readonly Channel<ThreadEvent> _events = Channel.CreateBounded<ThreadEvent>(
        new BoundedChannelOptions(MostBehind) { SingleReader = true, AllowSynchronousContinuations = false });

    private readonly Action<Watcher> _leave;

    public Watcher(string user, ThreadEvent? snapshot, Action<Watcher> leave)
    {
        User = user;
        Snapshot = snapshot;
        _leave = leave;
    }

    public string User { get; }

    /// <summary>The text so far of the message that was open when this watcher came.</summary>
    public ThreadEvent? Snapshot { get; }

    public ChannelReader<ThreadEvent> Events => _events.Reader;

    public void Offer(ThreadEvent item)
    {
        if (!_events.Writer.TryWrite(item))
        {
            _events.Writer.TryComplete();
        }
    }

    public void End() => _events.Writer.TryComplete();

    public void Dispose()
    {
        _leave(this);
        End();
    }
}
