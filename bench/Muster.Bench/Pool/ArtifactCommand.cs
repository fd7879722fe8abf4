using System.Diagnostics;
using Muster.Bench.Machine;
using Muster.Client;

namespace Muster.Bench.Pool;

/// <summary>
/// <c>artifact [--mib 1024] [--rounds 3]</c>: a file of random bytes goes to the hub and comes back, hashed at both ends; in turn the same file by <c>cp</c> and
/// <c>sync</c>, and, where they are installed, by curl to and from nginx (which hash nothing).
/// </summary>
internal static class ArtifactCommand
{
    public static async Task RunAsync(string[] args)
    {
        int Option(string name, int otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1]) : otherwise;
        var (size, rounds) = (Option("--mib", 1024), Option("--rounds", 3));
        var folder = Directory.CreateTempSubdirectory("muster-bench-files-").FullName;
        var (up, down, copy, put, fetch) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
        try
        {
            await using var hub = await BenchHub.StartAsync(1);
            using var nginx = await NginxPeer.StartAsync(folder);
            using var client = new MusterClient(new Uri(hub.Url), hub.People[0].Key);
            var most = 0L;
            for (var round = 0; round < rounds; round++)
            {
                var file = Path.Combine(folder, "file"); // another each time, or the hub would have it already
                await NginxPeer.ShellAsync($"head -c {size}M /dev/urandom > {file} && sync {file}");
                copy.Add(await TimeAsync(() => NginxPeer.ShellAsync($"cp {file} {file}.copy && sync {file}.copy")));
                if (nginx is not null)
                {
                    put.Add(await TimeAsync(() => nginx.PutAsync("file")));
                    fetch.Add(await TimeAsync(() => nginx.FetchAsync("file")));
                }

                var hash = "";
                up.Add(await TimeAsync(async () => hash = (await client.Artifacts.UploadAsync(file)).Sha256));
                down.Add(await TimeAsync(() => client.Artifacts.DownloadAsync(hash, file + ".back")));
                most = Math.Max(most, hub.Memory);
            }

            foreach (var (what, times) in new[] { ("cp and sync", copy), ("to nginx", put), ("from nginx", fetch), ("to the hub", up), ("from the hub", down) })
            {
                if (times.Count == 0)
                {
                    continue;
                }

                times.Sort();
                Console.WriteLine($"{size} MiB, {what}: {size / times[rounds / 2]:0} MiB/s ({size / times[^1]:0} – {size / times[0]:0})");
            }

            Console.WriteLine($"hub {most / 1_000_000} MB; this client {Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000} MB at the most");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var began = TimeProvider.System.GetTimestamp();
        await work();
        return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
    }
}
