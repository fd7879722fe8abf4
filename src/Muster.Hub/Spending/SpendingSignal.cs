namespace Muster.Hub.Spending;

/// <summary>Wakes runs that wait for credits whenever a limit was changed or something was given back.</summary>
internal sealed class SpendingSignal(TimeProvider time)
{
    /// <summary>Another hub on the same database, and credits that are granted, make no sign here: then this is how long it takes.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(8);

    // Begins where no earlier run of this hub was, so that a number from before a restart is an old one.
    private Sign _next = new(time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Read before looking whether there is enough.</summary>
    public long Version => Volatile.Read(ref _next).Version;

    public void Changed()
    {
        var now = Volatile.Read(ref _next);
        if (Interlocked.CompareExchange(ref _next, new Sign(now.Version + 1), now) == now)
        {
            now.Given.TrySetResult();
        }
    }

    /// <summary>Returns once something has changed since that version, or after a while.</summary>
    public async Task WaitAsync(long seen, CancellationToken cancel)
    {
        var next = Volatile.Read(ref _next);
        if (next.Version != seen)
        {
            return;
        }

        try
        {
            await next.Given.Task.WaitAsync(_longest, time, cancel);
        }
        catch (TimeoutException)
        {
            // looked at again all the same
        }
    }

    private sealed record Sign(long Version)
    {
        public TaskCompletionSource Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
