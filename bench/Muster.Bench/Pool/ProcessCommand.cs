using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Bench.Machine;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Bubblewrap;

namespace Muster.Bench.Pool;

/// <summary>
/// <c>process [--tasks 400] [--rounds 5]</c>: <c>true</c> as tasks of the pool, two at once, by a hub and a node as processes of their own; and in turn a loop that starts
/// the same in the same sandbox, two at once, without any pool.
/// </summary>
internal static class ProcessCommand
{
    public static async Task RunAsync(string[] args)
    {
        int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1]) : otherwise;
        var (tasks, rounds) = (Option("--tasks", 400), Option("--rounds", 5));
        await using var hub = await BenchHub.StartAsync(1, PoolCommand.Prices);
        var home = Directory.CreateTempSubdirectory("muster-bench-node-").FullName;
        using var node = await StartNodeAsync(hub, home);
        var (pool, loop) = (new List<double>(), new List<double>());
        using var load = new PoolLoad(hub.Url, hub.People[0].Key);
        for (var round = 0; round <= rounds; round++)
        {
            var (ofPool, ofLoop) = (await PoolAsync(load, tasks), await LoopAsync(home, tasks));
            if (round > 0)
            {
                pool.Add(ofPool);
                loop.Add(ofLoop);
            }
        }

        pool.Sort();
        loop.Sort();
        Console.WriteLine($"tasks of the pool: {pool[rounds / 2]:0.0} /s ({pool[0]:0.0} – {pool[^1]:0.0}); the loop: {loop[rounds / 2]:0.0} /s ({loop[0]:0.0} – {loop[^1]:0.0}); {pool[rounds / 2] / loop[rounds / 2]:0.00} of it");
        using var end = Process.Start("kill", ["-TERM", $"{node.Id}"]);
        await node.WaitForExitAsync();
        Directory.Delete(home, recursive: true);
    }

    private static async Task<double> PoolAsync(PoolLoad load, int tasks)
    {
        var began = TimeProvider.System.GetTimestamp();
        await load.EndAsync($$"""{"spec": {"name": "bench", "array": {{tasks}}, "command": ["true"], "needs": {"memory": "64MiB", "disk": "16MiB"} } }""", CancellationToken.None);
        return tasks / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<double> LoopAsync(string home, int tasks)
    {
        var own = Path.Combine(home, "loop");
        Directory.CreateDirectory(own);
        var sandbox = new BubblewrapSandbox(new TaskSandboxOptions { Home = own }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance);
        await sandbox.CheckAsync(CancellationToken.None);
        var next = 0;
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var number && number <= tasks)
            {
                var job = new SandboxJob
                {
                    Attempt = $"tsk_{number}.1", Command = ["true"], WorkFolder = Directory.CreateDirectory(Path.Combine(own, "work", $"{number}")).FullName,
                    Limits = new SandboxLimits { Cpus = 1, MemoryBytes = 64 << 20, DiskBytes = 16 << 20, Timeout = TimeSpan.FromMinutes(10) },
                };
                await using (var run = await sandbox.StartAsync(job, new Nowhere(), CancellationToken.None))
                {
                    await run.Outcome;
                }

                Directory.Delete(job.WorkFolder, recursive: true);
            }
        })));
        return tasks / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }

    private static async Task<Process> StartNodeAsync(BenchHub hub, string home)
    {
        using var http = new HttpClient { BaseAddress = new Uri(hub.Url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", hub.People[0].Key);
        using var offer = await http.PostAsJsonAsync("api/v1/enrolments", new Dictionary<string, string> { ["name"] = "bench" });
        var token = (await offer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        var program = Path.Combine(AppContext.BaseDirectory, "muster.dll");
        using var join = Process.Start(new ProcessStartInfo("dotnet", [program, "--home", home, "node", "join", token]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        await join.WaitForExitAsync();
        var node = Process.Start(new ProcessStartInfo("dotnet", [program, "--home", home, "node", "--compute-cores", "2"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        _ = node.StandardOutput.ReadToEndAsync();
        return node;
    }

    private sealed class Nowhere : ISandboxOutput
    {
        public void Write(bool stderr, ReadOnlySpan<byte> bytes)
        {
        }
    }
}
