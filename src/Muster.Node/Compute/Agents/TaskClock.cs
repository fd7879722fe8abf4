namespace Muster.Node.Compute.Agents;

/// <summary>The time of an agent's task. What it waits for a person does not count.</summary>
internal sealed class TaskClock(TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan _before;
    private TimeSpan? _limit;
    private long? _since = time.GetTimestamp();
    private int _halts;
    private IDisposable? _pause;
    private TaskCompletionSource _running = Running();

    public CancellationToken Over => _over.Token;

    public TimeSpan Spent
    {
        get
        {
            lock (_gate)
            {
                return Passed();
            }
        }
    }

    /// <summary>From now on it may take so long.</summary>
    public void Limit(TimeSpan limit)
    {
        lock (_gate)
        {
            _limit = Passed() + limit;
            if (_halts == 0)
            {
                _over.CancelAfter(limit);
            }
        }
    }

    /// <summary>Stands still until what this gives is disposed, and so is what every other halt gave.</summary>
    public IDisposable Halt()
    {
        lock (_gate)
        {
            (_before, _since) = (Passed(), null);
            _halts++;
            _over.CancelAfter(Timeout.InfiniteTimeSpan);
        }

        return new Halted(this);
    }

    /// <summary>The task is paused, or is so no more: what its agent is doing ends, and nothing is begun.</summary>
    public void Pause(bool pause)
    {
        lock (_gate)
        {
            if (pause == _pause is not null)
            {
                return;
            }

            if (pause)
            {
                (_pause, _running) = (Halt(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
            else
            {
                _pause!.Dispose();
                _pause = null;
                _running.SetResult();
            }
        }
    }

    /// <summary>Before each call of a model or a tool: at once while it is not paused.</summary>
    public Task RunningAsync(CancellationToken cancel)
    {
        lock (_gate)
        {
            return _running.Task.WaitAsync(cancel);
        }
    }

    public void Dispose() => _over.Dispose();

    private static TaskCompletionSource Running()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        running.SetResult();
        return running;
    }

    private TimeSpan Passed() => _before + (_since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero);

    private void GoOn()
    {
        lock (_gate)
        {
            if (--_halts > 0)
            {
                return;
            }

            _since = time.GetTimestamp();
            if (_limit is { } limit)
            {
                _over.CancelAfter(limit > _before ? limit - _before : TimeSpan.Zero);
            }
        }
    }

    private sealed class Halted(TaskClock clock) : IDisposable
    {
        private TaskClock? _clock = clock;

        public void Dispose() => Interlocked.Exchange(ref _clock, null)?.GoOn();
    }
}
