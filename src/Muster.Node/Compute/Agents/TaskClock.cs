namespace Muster.Node.Compute.Agents;

/// <summary>The time of an agent's task. What it waits for a person does not count.</summary>
internal sealed class TaskClock(TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _over = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan _before;
    private TimeSpan? _limit;
    private long? _since = time.GetTimestamp();

    public CancellationToken Over => _over.Token;

    public TimeSpan Spent
    {
        get
        {
            lock (_gate)
            {
                return _before + (_since is { } since ? time.GetElapsedTime(since) : TimeSpan.Zero);
            }
        }
    }

    /// <summary>From now on it may take so long.</summary>
    public void Limit(TimeSpan limit)
    {
        lock (_gate)
        {
            _limit = _before + time.GetElapsedTime(_since!.Value) + limit;
            _over.CancelAfter(limit);
        }
    }

    /// <summary>Stands still until what this gives is disposed.</summary>
    public IDisposable Halt()
    {
        lock (_gate)
        {
            (_before, _since) = (_before + time.GetElapsedTime(_since!.Value), null);
            _over.CancelAfter(Timeout.InfiniteTimeSpan);
        }

        return new Halted(this);
    }

    public void Dispose() => _over.Dispose();

    private void GoOn()
    {
        lock (_gate)
        {
            _since = time.GetTimestamp();
            if (_limit is { } limit)
            {
                _over.CancelAfter(limit > _before ? limit - _before : TimeSpan.Zero);
            }
        }
    }

    private sealed class Halted(TaskClock clock) : IDisposable
    {
        public void Dispose() => clock.GoOn();
    }
}
