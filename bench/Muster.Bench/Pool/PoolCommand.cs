using System.Diagnostics;
using Muster.Bench.Machine;

namespace Muster.Bench.Pool;

/// <summary>
/// <c>pool [--seconds 10] [--database URL]</c>: function tasks from submission to result with hub, worker and client as processes of
/// their own, on disk, with a price above zero and signed receipts.
/// </summary>
internal static class PoolCommand
{
    public static async Task RunAsync(string[] args)
    {
        int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1]) : otherwise;
        var seconds = TimeSpan.FromSeconds(Option("--seconds", 10));
        string[] settings = ["--prices-task", "0.000001", "--prices-wall-second", "0.000001"];
        await using var hub = await BenchHub.StartAsync(1, settings);
        Console.WriteLine($"hub: process {hub.ProcessId}, {hub.Url}");
        using var worker = StartWorker(hub);
        await worker.StandardOutput.ReadLineAsync();
        await ManyAsync("jobs of 1,000 tasks, 8 in flight", hub, worker, 8, 1000, seconds);
        await ManyAsync("jobs of one task, 64 in flight", hub, worker, 64, 1, seconds);
        await IdleAsync(hub);
        worker.StandardInput.Close();
        await worker.WaitForExitAsync();
    }

    private static Process StartWorker(BenchHub hub)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var argument in (string[])[.. Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? [typeof(PoolCommand).Assembly.Location] : Array.Empty<string>(), "pool-worker", hub.Url, hub.People[0].Key])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static async Task ManyAsync(string what, BenchHub hub, Process worker, int flights, int tasks, TimeSpan length)
    {
        using var load = new PoolLoad(hub.Url, hub.People[0].Key);
        using var stop = new CancellationTokenSource();
        var done = 0L;
        var times = new List<double>();
        var work = Enumerable.Range(0, flights).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var began = TimeProvider.System.GetTimestamp();
                await load.RunAsync(tasks, CancellationToken.None);
                Interlocked.Add(ref done, tasks);
                lock (times)
                {
                    times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
                }
            }
        })).ToList();
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System);
        lock (times)
        {
            times.Clear();
        }

        var (at, hubCpu, own, workers) = (TimeProvider.System.GetTimestamp(), hub.Cpu, Process.GetCurrentProcess().TotalProcessorTime, worker.TotalProcessorTime);
        Interlocked.Exchange(ref done, 0);
        await Task.Delay(length, TimeProvider.System);
        var (count, elapsed) = (Interlocked.Read(ref done), TimeProvider.System.GetElapsedTime(at));
        worker.Refresh();
        var cores = ((hub.Cpu - hubCpu) / elapsed, (worker.TotalProcessorTime - workers) / elapsed, (Process.GetCurrentProcess().TotalProcessorTime - own) / elapsed);
        await stop.CancelAsync();
        await Task.WhenAll(work);
        times.Sort();
        Console.WriteLine($"{what}: {count / elapsed.TotalSeconds:0} tasks/s, p50 {times[times.Count / 2]:0.0} ms, p99 {times[(int)(times.Count * 0.99)]:0.0} ms; cores: hub {cores.Item1:0.00}, worker {cores.Item2:0.00}, client {cores.Item3:0.00}; hub {hub.Memory / 1000000} MB");
    }

    private static async Task IdleAsync(BenchHub hub)
    {
        using var load = new PoolLoad(hub.Url, hub.People[0].Key);
        var times = new List<double>();
        for (var turn = 0; turn < 300; turn++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await load.RunAsync(1, CancellationToken.None);
            times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        times.Sort();
        Console.WriteLine($"idle, one task from submission to result: p50 {times[150]:0.0} ms, p99 {times[297]:0.0} ms");
    }
}
