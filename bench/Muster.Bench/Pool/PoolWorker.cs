using System.Diagnostics;
using System.Text;
using Muster.Bench.Machine;
using Muster.Client;
using Muster.Client.Workers;

namespace Muster.Bench.Pool;

/// <summary>The node's side of the pool's benchmarks: a process that gives back what it was given, as one machine or as many.</summary>
internal static class PoolWorker
{
    private const int Prefetch = 4000;

    /// <summary>Says one line for each machine that is connected.</summary>
    public static Process Start(BenchHub hub, int count = 1)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        var program = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(PoolWorker).Assembly.Location] : Array.Empty<string>();
        foreach (var argument in (string[])[.. program, "pool-worker", hub.Url, hub.People[0].Key, $"{count}"])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    public static async Task RunAsync(string url, string key, int count)
    {
        using var stop = new CancellationTokenSource();
        var running = new List<Task>();
        for (var number = 0; number < count; number++)
        {
            // One after the other, so that all are there when the work begins.
            var connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            running.Add(RunOneAsync(url, key, $"bench-{number}", Math.Max(1, Prefetch / count), connected, stop.Token));
            await connected.Task;
        }

        while (await Console.In.ReadLineAsync() is not null)
        {
            // until whoever started it closes its input
        }

        await stop.CancelAsync();
        await Task.WhenAll(running);
    }

    private static async Task RunOneAsync(string url, string key, string name, int prefetch, TaskCompletionSource connected, CancellationToken stop)
    {
        using var client = new MusterClient(new Uri(url), key);
        await using var worker = client.CreateWorker(new WorkerOptions { Name = name, Concurrency = 1, Prefetch = prefetch });
        worker.Handle("echo", (payload, _) => ValueTask.FromResult(payload));
        worker.Handle("stamp", (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(Encoding.ASCII.GetBytes($"\"{TimeProvider.System.GetUtcNow().Ticks:D98}\"")));
        worker.StateChanged += state =>
        {
            Console.WriteLine(state.Sentence);
            _ = state.Connected && connected.TrySetResult();
        };
        await worker.RunAsync(stop);
    }
}
