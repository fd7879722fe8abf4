using Muster.Bench.Machine;

namespace Muster.Bench.Pool;

/// <summary><c>nodes [--seconds 10] [--warm 10] [--count 10,100,1000]</c>: what a task costs the hub when so many machines share the work; a hub of its own for each count.</summary>
internal static class NodesCommand
{
    public static async Task RunAsync(string[] args)
    {
        string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
        var (seconds, warm) = (TimeSpan.FromSeconds(int.Parse(Option("--seconds", "10"))), TimeSpan.FromSeconds(int.Parse(Option("--warm", "10"))));
        foreach (var count in Option("--count", "10,100,1000").Split(',').Select(int.Parse))
        {
            await using var hub = await BenchHub.StartAsync(1, [.. PoolCommand.Prices, "--limits-workers-per-user", $"{Math.Max(200, count)}"]);
            using var workers = PoolWorker.Start(hub, count);
            for (var connected = 0; connected < count;)
            {
                var line = await workers.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("The workers ended.");
                connected += line.StartsWith("Connected", StringComparison.OrdinalIgnoreCase) ? 1 : 0;
            }

            _ = workers.StandardOutput.ReadToEndAsync();
            var figures = await PoolCommand.ManyAsync($"{count} machines, jobs of 1,000 tasks, 8 in flight", hub, workers, 8, 1000, warm, seconds);
            Console.WriteLine($"{count} machines: {figures.Cores / figures.Rate * 1e6:0.0} µs of the hub's processor for a task");
            workers.StandardInput.Close();
            await workers.WaitForExitAsync();
        }
    }
}
