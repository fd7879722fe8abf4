using System.Collections.Concurrent;
using System.Threading.Channels;
using Muster.Hub.Jobs.Store;

namespace Muster.Hub.Jobs.Events;

/// <summary>Who watches which job. Those who are too slow are cut, and read on from the last number that they saw.</summary>
internal sealed class JobFeeds
{
    private const int MostWaiting = 4096;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<JobWatcher, bool>> _watchers = new(StringComparer.Ordinal);

    public JobWatcher Watch(string job)
    {
        var watcher = new JobWatcher(this, job, Channel.CreateBounded<JobChange>(MostWaiting));
        lock (_watchers)
        {
            _watchers.GetOrAdd(job, _ => new ConcurrentDictionary<JobWatcher, bool>()).TryAdd(watcher, true);
        }

        return watcher;
    }

    /// <summary>On the pool's loop, after the commit.</summary>
    public void Tell(PoolWrites writes)
    {
        if (_watchers.IsEmpty)
        {
            return;
        }

        ILookup<long, TaskRow>? tasks = null;
        foreach (var job in writes.Jobs.Concat(writes.NewJobs))
        {
            if (_watchers.TryGetValue(job.Id, out var watchers))
            {
                tasks ??= writes.Tasks.ToLookup(task => task.Job);
                var change = new JobChange(job, [.. tasks[job.Number]]);
                foreach (var watcher in watchers.Keys)
                {
                    watcher.Tell(change);
                }
            }
        }
    }

    /// <summary>Ends all watching: the hub stops.</summary>
    public void End()
    {
        foreach (var watcher in _watchers.Values.SelectMany(watchers => watchers.Keys))
        {
            watcher.Cut();
        }
    }

    internal void Forget(JobWatcher watcher)
    {
        lock (_watchers)
        {
            if (_watchers.TryGetValue(watcher.Job, out var watchers) && watchers.TryRemove(watcher, out _) && watchers.IsEmpty)
            {
                _watchers.TryRemove(watcher.Job, out _);
            }
        }
    }
}

/// <summary>What one turn changed of a job.</summary>
internal sealed record JobChange(JobRow Job, IReadOnlyList<TaskRow> Tasks);

internal sealed class JobWatcher(JobFeeds feeds, string job, Channel<JobChange> waiting) : IDisposable
{
    public string Job => job;

    public ChannelReader<JobChange> Changes => waiting.Reader;

    public void Tell(JobChange change)
    {
        if (!waiting.Writer.TryWrite(change))
        {
            Cut();
        }
    }

    /// <summary>Shows changes as they come, until one was the last, the wait is over or this watcher was too slow.</summary>
    /// <param name="see">True when no more are wanted.</param>
    public async Task ReadAsync(Func<JobChange, bool> see, TimeSpan wait, TimeProvider time, CancellationToken cancel)
    {
        using var patience = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancel);
        try
        {
            while (await waiting.Reader.WaitToReadAsync(either.Token))
            {
                while (waiting.Reader.TryRead(out var change))
                {
                    if (see(change))
                    {
                        return;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            // the asker may ask again
        }
    }

    public void Cut() => waiting.Writer.TryComplete();

    public void Dispose() => feeds.Forget(this);
}
