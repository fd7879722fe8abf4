using Muster.Agents.Providers.Failures;

namespace Muster.Agents.Providers;

/// <summary>How long one call may be silent: first before anything came, then between pieces.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationToken _abort;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;
    private TimeSpan _current;
    private bool _started;

    public Patience(TimeSpan firstByte, TimeProvider time, CancellationToken abort)
    {
        _abort = abort;
        _current = firstByte;
        _silence = new CancellationTokenSource(firstByte, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(abort, _silence.Token);
    }

    /// <summary>Cancelled by an abort and by too long a silence.</summary>
    public CancellationToken Token => _either.Token;

    public bool RanOut => _silence.IsCancellationRequested && !_abort.IsCancellationRequested;

    /// <summary>Something came; now wait this long for more.</summary>
    public void Renew(TimeSpan idle)
    {
        _started = true;
        _current = idle;
        _silence.CancelAfter(idle);
    }

    public ModelProblem Problem(Endpoint at) => Explain.Stalled(at, _current, _started);

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
