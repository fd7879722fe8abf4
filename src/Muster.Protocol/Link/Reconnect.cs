namespace Muster.Protocol.Link;

/// <summary>When to try again: 0.5 s doubling to 30 s, jittered. The first frame of a link resets it; a network that comes back ends the wait.</summary>
public sealed class Reconnect(TimeProvider time, Random random)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private int _failures;
    private CancellationTokenSource? _waiting;

    /// <summary>The wait before the next try, between half and all of the doubled time.</summary>
    public TimeSpan NextDelay()
    {
        lock (_gate)
        {
            var full = Math.Min(Most.TotalSeconds, Least.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 16)));
            return TimeSpan.FromSeconds(full * (0.5 + (random.NextDouble() / 2)));
        }
    }

    /// <summary>The peer has spoken: the next failure starts from the shortest wait.</summary>
    public void FrameReceived()
    {
        lock (_gate)
        {
            _failures = 0;
        }
    }

    /// <summary>The network came back: whoever waits tries at once.</summary>
    public void NetworkAvailable()
    {
        lock (_gate)
        {
            _failures = 0;
            _waiting?.Cancel();
        }
    }

    public Task WaitAsync(CancellationToken cancel) => WaitAsync(TimeSpan.Zero, cancel);

    /// <summary>Waits the next delay, at least <paramref name="least"/>.</summary>
    public async Task WaitAsync(TimeSpan least, CancellationToken cancel)
    {
        var delay = NextDelay();
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        lock (_gate)
        {
            _waiting = wake;
        }

        try
        {
            await Task.Delay(delay > least ? delay : least, time, wake.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return;
        }
        finally
        {
            lock (_gate)
            {
                _waiting = null;
            }
        }
    }
}
