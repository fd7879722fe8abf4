using System.Diagnostics.CodeAnalysis;

namespace Muster.Agents.Loop;

/// <summary>What stops the work of one run: abort ends it, interrupt only cuts short what is going on.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Sources without timers hold nothing; a tool that outlived its run, or a late interrupt, may still use them.")]
internal sealed class RunSignals
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abort = new();
    private CancellationTokenSource _work;
    private Task _cancelling = Task.CompletedTask;

    public RunSignals() => _work = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);

    public CancellationToken Abort => _abort.Token;

    /// <summary>Fires on abort and on interrupt; a new one after each interrupt that was delivered.</summary>
    public CancellationToken Work
    {
        get
        {
            lock (_gate)
            {
                return _work.Token;
            }
        }
    }

    public bool Aborted => _abort.IsCancellationRequested;

    public bool Interrupted { get; private set; }

    /// <summary>Callbacks run elsewhere, so that a caller is not held up by tools that clean up.</summary>
    public void RequestAbort() => Cancel(_abort);

    public void RequestInterrupt()
    {
        lock (_gate)
        {
            Interrupted = true;
            Cancel(_work);
        }
    }

    public void ClearInterrupt()
    {
        lock (_gate)
        {
            if (Interrupted)
            {
                Interrupted = false;
                _work = CancellationTokenSource.CreateLinkedTokenSource(_abort.Token);
            }
        }
    }

    /// <summary>Waits for the callbacks of a cancellation. A callback that throws belongs to a tool, whose result is in by now.</summary>
    public Task SettleAsync() => _cancelling.ContinueWith(
        task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private void Cancel(CancellationTokenSource source)
    {
        lock (_gate)
        {
            _cancelling = Task.WhenAll(_cancelling, source.CancelAsync());
        }
    }
}
