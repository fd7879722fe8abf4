using System.Runtime.CompilerServices;
using Muster.Cli.Configuration;
using Muster.Hub.Planning;

namespace Muster.Cli.Doctor.Workers;

/// <summary>PiBot's seven tests, against any workers. The ids are the same each time, as its own tests reuse theirs.</summary>
internal sealed class WorkerDrill(IReadOnlyList<ForeignWorker> workers)
{
    private static readonly TimeSpan _answerTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _stopTime = TimeSpan.FromSeconds(5);

    /// <param name="named">Workers as given on the command line; null for those of the configuration.</param>
    public static WorkerDrill Of(CommandContext context, string? named)
    {
        var configuration = context.ValidConfiguration();
        var names = string.IsNullOrWhiteSpace(named) ? configuration.List("pibot.workers") : ValueCheck.Items(named);
        if (names.Count == 0)
        {
            throw new CliException("No worker is named. Set WORKER_1_IP, WORKER_2_IP, … or pibot.workers, or name them: muster doctor --workers HOST[:PORT],…", ExitCode.Usage);
        }

        var keys = WorkerKeys.Of(configuration);
        return new WorkerDrill([.. names.Select(name => ForeignWorker.Address(name) is { } address
            ? new ForeignWorker(name, address, keys.For(address), context.Time)
            : throw new CliException($"\"{name}\" is no worker: it must be a host, or a host and a port such as 192.168.1.11:5000.", ExitCode.Usage))]);
    }

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        yield return await EachAsync("health", HealthAsync, cancel);
        yield return await EachAsync("status", StatusAsync, cancel);
        yield return Analysis();
        yield return await EachAsync("simple dispatch", (worker, stop) => CompleteAsync(worker, "muster-test-simple", "What is 2 + 2? Answer with the number alone.", stop), cancel, oneByOne: true);
        yield return await EachAsync("cancellation", CancelAsync, cancel);
        yield return await EachAsync("parallel execution", (worker, stop) => CompleteAsync(worker, "muster-test-parallel", "Name one colour, in one word.", stop), cancel);
        yield return await EachAsync("error handling", ErrorsAsync, cancel);
        foreach (var worker in workers)
        {
            worker.Dispose();
        }
    }

    private async Task<Finding> EachAsync(string test, Func<ForeignWorker, CancellationToken, Task> run, CancellationToken cancel, bool oneByOne = false)
    {
        var faults = new List<string>();
        foreach (var group in oneByOne ? workers.Chunk(1) : [[.. workers]])
        {
            var told = await Task.WhenAll(group.Select(async worker =>
            {
                try
                {
                    await run(worker, cancel);
                    return null;
                }
                catch (WorkerFault fault)
                {
                    return $"{worker.Name} {fault.Message}";
                }
            }));
            faults.AddRange(told.OfType<string>());
        }

        return faults.Count == 0
            ? new Finding(test, CheckState.Ok, string.Join(", ", workers.Select(worker => worker.Name)))
            : new Finding(test, CheckState.Problem, string.Join("; ", faults));
    }

    private static async Task HealthAsync(ForeignWorker worker, CancellationToken cancel)
    {
        var health = await worker.GetAsync("/health", cancel);
        Expect(health.Status == 200 && health["status"] == "healthy" && health["worker_id"] is { Length: > 0 } && health.Body!.ContainsKey("current_task"), "GET /health", health);
    }

    private static async Task StatusAsync(ForeignWorker worker, CancellationToken cancel)
    {
        var status = await worker.GetAsync("/status", cancel);
        Expect(status.Status == 200 && status["status"] is "idle" or "busy" && status.Body!.ContainsKey("total_tasks"), "GET /status", status);
    }

    /// <summary>The master's own part of the tests: no worker takes part in it.</summary>
    private static Finding Analysis()
    {
        var (simple, _) = RequestAnalysis.Of("What time is it?");
        var (many, steps) = RequestAnalysis.Of("Download the weather data, then plot it, then read the temperature sensor, then write a report.");
        return simple == "simple" && many != "simple" && steps > 1
            ? new Finding("complexity analysis", CheckState.Ok, $"by the planner's rules: one question is {simple}, a request of {steps} steps is {many}")
            : new Finding("complexity analysis", CheckState.Problem, $"one question is called {simple}, a request of several steps {many}");
    }

    private static async Task CompleteAsync(ForeignWorker worker, string id, string description, CancellationToken cancel)
    {
        await IdleAsync(worker, _answerTime, "is busy with another task", cancel);
        var accepted = await worker.SubmitAsync(id, description, cancel);
        Expect(accepted is { Status: 202 } && accepted["status"] == "accepted" && accepted["task_id"] == id, "POST /task", accepted);
        var result = await worker.UntilAsync($"/task/{id}/result", IsOver, _answerTime, cancel);
        Expect(result["status"] == "completed" && result.Body!["result"]?["output"] is not null, $"GET /task/{id}/result", result);
    }

    private static async Task CancelAsync(ForeignWorker worker, CancellationToken cancel)
    {
        const string id = "muster-test-cancel";
        await IdleAsync(worker, _answerTime, "is busy with another task", cancel);
        var accepted = await worker.SubmitAsync(id, "Count from 1 to 300 in words, one number on each line, with a sentence about each.", cancel);
        Expect(accepted.Status == 202, "POST /task", accepted);
        var cancelled = await worker.PostAsync($"/task/{id}/cancel", null, cancel);
        if (cancelled.Status == 404 && (await worker.GetAsync($"/task/{id}/result", cancel))["status"] == "completed")
        {
            return; // Too quick a worker to be cancelled has nothing to stop.
        }

        Expect(cancelled.Status == 200 && cancelled.Flag("cancelled") == true, $"POST /task/{id}/cancel", cancelled);
        await IdleAsync(worker, _stopTime, $"is still busy {_stopTime.TotalSeconds:0} s after a cancel: it only renames the task", cancel);
        var result = await worker.GetAsync($"/task/{id}/result", cancel);
        Expect(result["status"] == "cancelled", $"GET /task/{id}/result", result);
    }

    private static async Task ErrorsAsync(ForeignWorker worker, CancellationToken cancel)
    {
        await IdleAsync(worker, _answerTime, "is busy with another task", cancel);
        var unknown = await worker.GetAsync("/task/muster-test-unknown/result", cancel);
        Expect(unknown.Status == 404 && unknown.Flag("success") == false, "GET of an unknown task", unknown);
        var uncancelled = await worker.PostAsync("/task/muster-test-unknown/cancel", null, cancel);
        Expect(uncancelled.Status == 404 && uncancelled.Flag("success") == false, "a cancel of an unknown task", uncancelled);
        var listed = await worker.PostAsync("/task", "[1]", cancel);
        Expect(listed.Status == 400 && listed.Flag("success") == false, "POST /task with a list", listed);
    }

    private static async Task IdleAsync(ForeignWorker worker, TimeSpan most, string otherwise, CancellationToken cancel)
    {
        var status = await worker.UntilAsync("/status", answer => answer["status"] == "idle", most, cancel);
        if (status["status"] != "idle")
        {
            throw new WorkerFault(otherwise);
        }
    }

    private static bool IsOver(WorkerAnswer answer) => answer["status"] is not ("pending" or "running");

    private static void Expect(bool well, string what, WorkerAnswer answer)
    {
        if (!well)
        {
            var text = answer.ToString();
            throw new WorkerFault($"answers {what} with {(text.Length <= 300 ? text : text[..300] + "…")}");
        }
    }
}
