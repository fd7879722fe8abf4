namespace Muster.Node.Sandbox.Tasks.Runs;

/// <summary>How long an attempt has run, without the time it was halted, and a signal when that was long enough.</summary>
internal sealed class RunClock : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly ITimer _timer;
    private TimeSpan _before;
    private long? _since;

    public RunClock(TimeProvider time, TimeSpan limit, Action over)
    {
        (_time, _limit) = (time, limit);
        _timer = time.CreateTimer(_ => over(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeSpan Elapsed
    {
        get
        {
            lock (_gate)
            {
                return _before + (_since is { } since ? _time.GetElapsedTime(since) : TimeSpan.Zero);
            }
        }
    }

    public void Go()
    {
        lock (_gate)
        {
            if (_since is null)
            {
                _since = _time.GetTimestamp();
                var left = _limit - _before;
                _timer.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Halt()
    {
        lock (_gate)
        {
            if (_since is { } since)
            {
                _before += _time.GetElapsedTime(since);
                _since = null;
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    public void Dispose() => _timer.Dispose();
}
