using System.Text;
using Muster.Client;
using Muster.Client.Workers;

namespace Muster.Bench.Pool;

/// <summary>The node's side of the pool's benchmarks: a process that gives back what it was given.</summary>
internal static class PoolWorker
{
    public static async Task RunAsync(string url, string key)
    {
        using var client = new MusterClient(new Uri(url), key);
        await using var worker = client.CreateWorker(new WorkerOptions { Name = "bench", Concurrency = 1, Prefetch = 4000 });
        worker.Handle("echo", (payload, _) => ValueTask.FromResult(payload));
        worker.Handle("stamp", (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(Encoding.ASCII.GetBytes($"\"{TimeProvider.System.GetUtcNow().Ticks:D98}\"")));
        worker.StateChanged += state => Console.WriteLine(state.Sentence);
        using var stop = new CancellationTokenSource();
        var running = worker.RunAsync(stop.Token);
        while (await Console.In.ReadLineAsync() is not null)
        {
            // until whoever started it closes its input
        }

        await stop.CancelAsync();
        await running;
    }
}
