using System.Net.Http.Headers;
using System.Text.Json;
using Muster.Bench.Machine;

namespace Muster.Bench.Pool;

/// <summary>
/// <c>queue [--tasks 1000000]</c>: jobs of 10,000 tasks are queued while no machine is there; then one comes. Tells the hub's memory, and how fast the first
/// 200,000 are done, beside a hub that has no more than those.
/// </summary>
internal static class QueueCommand
{
    private const int Size = 10_000;
    private const int Measured = 200_000;
    private const int Warm = 50_000;

    public static async Task RunAsync(string[] args)
    {
        var tasks = Array.IndexOf(args, "--tasks") is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1]) : 1_000_000;
        var few = await RunAsync(Measured);
        var many = await RunAsync(tasks);
        Console.WriteLine($"with {tasks:N0} queued: {many / few:0.00} of the rate with {Measured:N0}");
    }

    /// <returns>Tasks a second.</returns>
    private static async Task<double> RunAsync(int tasks)
    {
        await using var hub = await BenchHub.StartAsync(1, PoolCommand.Prices);
        using var http = new HttpClient { BaseAddress = new Uri(hub.Url), Timeout = TimeSpan.FromMinutes(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", hub.People[0].Key);
        var began = TimeProvider.System.GetTimestamp();
        var spec = PoolLoad.Spec(Size);
        for (var queued = 0; queued < tasks; queued += Size)
        {
            using var content = new ByteArrayContent(spec) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
            using var answer = await http.PostAsync("api/v1/jobs", content);
            answer.EnsureSuccessStatusCode();
        }

        Console.WriteLine($"{tasks:N0} queued in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s; hub {hub.Memory / 1_000_000} MB");
        using var worker = PoolWorker.Start(hub);
        var done = 0L;
        (long Stamp, long Done) first = default;
        var most = hub.Memory;
        while (done < Measured - Size)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            using var page = JsonDocument.Parse(await http.GetStringAsync("api/v1/jobs?limit=1000"));
            done = page.RootElement.GetProperty("items").EnumerateArray().Sum(job => job.GetProperty("counts").GetProperty("succeeded").GetInt64());
            first = first.Stamp == 0 && done >= Warm ? (TimeProvider.System.GetTimestamp(), done) : first;
            most = Math.Max(most, hub.Memory);
        }

        var rate = (done - first.Done) / TimeProvider.System.GetElapsedTime(first.Stamp).TotalSeconds;
        Console.WriteLine($"of {tasks:N0} queued, {rate:0} tasks/s between the first {Warm:N0} and {Measured:N0}; hub {most / 1_000_000} MB at the most");
        worker.Kill();
        await worker.WaitForExitAsync();
        return rate;
    }
}
