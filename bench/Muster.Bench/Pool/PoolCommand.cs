using System.Diagnostics;
using Muster.Bench.Machine;

namespace Muster.Bench.Pool;

/// <summary>
/// <c>pool [--seconds 10] [--warm 10] [--only bulk|single|idle|graphs] [--database postgres://…] [--peer]</c>: function tasks from submission to result with hub, worker and
/// client as processes of their own, on disk, with a price above zero and signed receipts.
/// </summary>
internal static class PoolCommand
{
    public static async Task RunAsync(string[] args)
    {
        int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1]) : otherwise;
        var seconds = TimeSpan.FromSeconds(Option("--seconds", 10));
        var warm = TimeSpan.FromSeconds(Option("--warm", 10));
        var database = Array.IndexOf(args, "--database") is >= 0 and var named ? args[named + 1] : null;
        await using var hub = await BenchHub.StartAsync(1, [.. Prices, .. database is null ? Array.Empty<string>() : ["--database", database]]);
        if (!args.Contains("--peer"))
        {
            Console.WriteLine($"hub: process {hub.ProcessId}, {hub.Url}");
        }

        using var worker = PoolWorker.Start(hub);
        await worker.StandardOutput.ReadLineAsync();
        var only = Array.IndexOf(args, "--only") is >= 0 and var at ? args[at + 1] : null;
        if (args.Contains("--peer"))
        {
            Quiet = true;
            var (many, few) = (await ManyAsync("", hub, worker, 8, 1000, warm, seconds), await ManyAsync("", hub, worker, 64, 1, warm, seconds));
            Console.WriteLine($"Muster, {(database is null ? "SQLite" : "PostgreSQL")}, yes, {many.Rate:0}, {few.Rate:0}, {few.P50:0.0}, {few.P95:0.0}");
            worker.StandardInput.Close();
            await worker.WaitForExitAsync();
            return;
        }

        if (only is null or "bulk")
        {
            await ManyAsync("jobs of 1,000 tasks, 8 in flight", hub, worker, 8, 1000, warm, seconds);
        }

        if (only is null or "single")
        {
            await ManyAsync("jobs of one task, 64 in flight", hub, worker, 64, 1, warm, seconds);
        }

        if (only is null or "idle")
        {
            await IdleAsync(hub);
        }

        if (only is null or "graphs")
        {
            await GraphsAsync(hub);
        }

        worker.StandardInput.Close();
        await worker.WaitForExitAsync();
    }

    public static IReadOnlyList<string> Prices { get; } = ["--prices-task", "0.000001", "--prices-wall-second", "0.000001"];

    /// <summary>Nothing is printed but the line for a table of peers.</summary>
    private static bool Quiet { get; set; }

    public static async Task<Figures> ManyAsync(string what, BenchHub hub, Process worker, int flights, int tasks, TimeSpan warm, TimeSpan length)
    {
        using var load = new PoolLoad(hub.Url, hub.People[0].Key);
        using var stop = new CancellationTokenSource();
        var spec = PoolLoad.Spec(tasks, "stamp");
        var starts = new List<double>();
        var done = 0L;
        var times = new List<double>();
        var work = Enumerable.Range(0, flights).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                var (began, sent) = (TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow().Ticks);
                var start = long.Parse(await load.RunAsync(spec, tasks, CancellationToken.None));
                Interlocked.Add(ref done, tasks);
                lock (times)
                {
                    times.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
                    starts.Add((start - sent) / 1e4);
                }
            }
        })).ToList();
        await Task.Delay(warm, TimeProvider.System);
        lock (times)
        {
            times.Clear();
            starts.Clear();
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
        starts.Sort();
        if (!Quiet)
        {
            Console.WriteLine($"{what}: {count / elapsed.TotalSeconds:0} tasks/s, first started p50 {starts[starts.Count / 2]:0.0} ms, all done p50 {times[times.Count / 2]:0.0} ms, p99 {times[(int)(times.Count * 0.99)]:0.0} ms; cores: hub {cores.Item1:0.00}, worker {cores.Item2:0.00}, client {cores.Item3:0.00}; hub {hub.Memory / 1000000} MB");
        }

        return new Figures(count / elapsed.TotalSeconds, times[times.Count / 2], times[times.Count * 95 / 100], cores.Item1);
    }

    /// <summary>The worker says by the machine's clock when it started a task; the client, when it sent it.</summary>
    private static async Task IdleAsync(BenchHub hub)
    {
        using var load = new PoolLoad(hub.Url, hub.People[0].Key);
        var (starts, ends, spec) = (new List<double>(), new List<double>(), PoolLoad.Spec(1, "stamp"));
        for (var turn = 0; turn < 500; turn++)
        {
            var began = TimeProvider.System.GetUtcNow();
            var stamp = await load.RunAsync(spec, 1, CancellationToken.None);
            ends.Add((TimeProvider.System.GetUtcNow() - began).TotalMilliseconds);
            starts.Add((new DateTimeOffset(long.Parse(stamp), TimeSpan.Zero) - began).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        foreach (var (what, times) in new[] { ("start", starts), ("result", ends) })
        {
            var sorted = times.Skip(200).Order().ToList();
            Console.WriteLine($"idle, one task from submission to {what}: p50 {sorted[sorted.Count / 2]:0.0} ms, p99 {sorted[sorted.Count * 99 / 100]:0.0} ms");
        }
    }

    /// <summary>10,000 tasks as graphs, each against as many without edges, three times in turn.</summary>
    private static async Task GraphsAsync(BenchHub hub)
    {
        const int Tasks = 10_000;
        using var load = new PoolLoad(hub.Url, hub.People[0].Key);
        (string Name, byte[] Spec)[] shapes =
        [
            ("plain", PoolLoad.Spec(Tasks)),
            ("fan-out (1 to 9,999)", PoolLoad.Spec([(1, []), (Tasks - 1, [0])])),
            ("fan-in (9,999 to 1)", PoolLoad.Spec([(Tasks - 1, []), (1, [0])])),
            ("10 layers of 1,000", PoolLoad.Spec([.. Enumerable.Range(0, 10).Select(step => (Tasks / 10, step == 0 ? Array.Empty<int>() : [step - 1]))])),
            ("chain of 100 steps of 100", PoolLoad.Spec([.. Enumerable.Range(0, 100).Select(step => (Tasks / 100, step == 0 ? Array.Empty<int>() : [step - 1]))])),
        ];
        var times = shapes.ToDictionary(shape => shape.Name, _ => new List<double>());
        for (var turn = 0; turn < 4; turn++)
        {
            foreach (var (name, spec) in shapes)
            {
                var began = TimeProvider.System.GetTimestamp();
                await load.RunAsync(spec, Tasks, CancellationToken.None);
                times[name].Add(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
            }
        }

        double Median(string name) => times[name].Skip(1).Order().ElementAt(1); // the first turn warms up
        foreach (var (name, _) in shapes)
        {
            Console.WriteLine($"10,000 tasks, {name}: {Median(name):0.000} s, {Median(name) / Median("plain"):0.00} of plain");
        }
    }

    /// <param name="Rate">Tasks a second.</param>
    /// <param name="P50">Milliseconds from a submission to its last result.</param>
    /// <param name="Cores">That the hub used.</param>
    public sealed record Figures(double Rate, double P50, double P95, double Cores);
}
