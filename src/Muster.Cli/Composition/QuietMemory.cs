namespace Muster.Cli.Composition;

/// <summary>
/// Gives memory back when the work is over. The collector keeps what a busy hour needed for the next one; a machine that idles for days
/// has better uses for it.
/// </summary>
internal sealed class QuietMemory : IAsyncDisposable
{
    private const long WorthIt = 8 << 20;
    private const long Quiet = 1 << 20;
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    private readonly PeriodicTimer _timer;
    private readonly Task _watching;

    public QuietMemory(TimeProvider time)
    {
        _timer = new PeriodicTimer(_look, time);
        _watching = WatchAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _watching;
    }

    private async Task WatchAsync()
    {
        long collected = 0, before = 0;
        while (await _timer.WaitForNextTickAsync())
        {
            var allocated = GC.GetTotalAllocatedBytes();
            if (allocated - before < Quiet && allocated - collected > WorthIt)
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                collected = allocated;
            }

            before = allocated;
        }
    }
}
