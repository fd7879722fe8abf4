namespace Muster.Node.Coding.Work;

/// <summary>Ends a prompt that takes too long, or that has fallen silent. While a person is asked it stands still.</summary>
internal sealed class CodingClock : IDisposable
{
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _over = new();
    private readonly TimeSpan _limit;
    private readonly TimeSpan _silence;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private TimeSpan _worked;
    private long _last;
    private long _heard;
    private int _asking;

    public CodingClock(TimeSpan limit, TimeSpan silence, TimeProvider time)
    {
        (_limit, _silence, _time) = (limit, silence, time);
        _last = _heard = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Tick(), null, _tick, _tick);
    }

    /// <summary>It is over.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Over because nothing was heard.</summary>
    public bool Hung { get; private set; }

    public void Hear() => Volatile.Write(ref _heard, _time.GetTimestamp());

    public async Task<T> AskingAsync<T>(Func<Task<T>> ask)
    {
        Interlocked.Increment(ref _asking);
        try
        {
            return await ask();
        }
        finally
        {
            Hear();
            Interlocked.Decrement(ref _asking);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            _over.Dispose();
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            var passed = _time.GetElapsedTime(_last);
            _last = _time.GetTimestamp();
            if (Volatile.Read(ref _asking) > 0 || Hung)
            {
                return;
            }

            _worked += passed;
            var hung = _time.GetElapsedTime(Volatile.Read(ref _heard)) >= _silence;
            if (_worked < _limit && !hung)
            {
                return;
            }

            Hung = hung && _worked < _limit;
            try
            {
                _over.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The prompt ended in this moment.
            }
        }
    }
}
