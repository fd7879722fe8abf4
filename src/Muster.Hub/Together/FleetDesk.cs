using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Together;

/// <summary>Who asks many machines, and in which run.</summary>
/// <param name="Key">Of the request in its run: asked again, it finds its jobs.</param>
/// <param name="ApprovedBy">Who said yes to exactly this on all of them; empty: nobody.</param>
internal sealed record FleetOrder(SignedIn Caller, string Run, string Key, string Conversation, string Message, FleetWish Wish, string ApprovedBy);

/// <summary>
/// Asks many machines at once: each by a task of its own, bound to it, in a job of the pool for every so many. Each has the same time, and
/// what is not there by then is said to be missing and cancelled, so that no late answer does anything.
/// </summary>
internal sealed class FleetDesk(Database database, JobIntake jobs, PoolLoop pool, JobFeeds feeds, FleetChoice choice, TimeProvider time)
{
    private const string TooLate = "No answer came in time.";
    private const double TaskCpu = 0.01;
    private const long TaskMemory = 8L << 20;
    private const long TaskDisk = 1L << 20;

    /// <summary>On top of each machine's time: for the way there and back.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(5);

    /// <exception cref="ApiException">No machine is meant.</exception>
    public async Task<FleetTable> AskAsync(FleetOrder order, CancellationToken cancel)
    {
        var plan = await KnownAsync(order, cancel) ?? await choice.PlanAsync(order, cancel);
        var replies = new List<FleetReply>();
        foreach (var (wave, names) in plan.Targets.Chunk(plan.Concurrency).Index())
        {
            var id = IdOf(order, wave);
            await SubmitAsync(order, id, plan, names, cancel);
            replies.AddRange(await RepliesAsync(id, names, order.Wish, TimeSpan.FromSeconds(order.Wish.Seconds) + _grace, cancel));
        }

        return FleetTable.Of(plan, replies);
    }

    /// <summary>For a request that a person stopped; a hub that goes down leaves its jobs to the next start.</summary>
    public async Task CancelAsync(FleetOrder order)
    {
        for (var (wave, known) = (0, true); known; wave++)
        {
            var id = IdOf(order, wave);
            known = await database.ReadAsync(tx => PoolStore.Knows(tx, id.ToString()), CancellationToken.None);
            // Also the first that is not known: it may be on its way into the pool, and this comes behind it.
            await pool.ApplyAsync(new CancelWork(id, null, "The request was stopped."), cancel: CancellationToken.None);
        }
    }

    private static Id<Job> IdOf(FleetOrder order, int wave) => Id<Job>.Within(Id<Run>.Parse(order.Run), $"{order.Key}/fleet/{wave}");

    /// <summary>Of a request that is asked again, or that a killed hub had begun.</summary>
    private Task<FleetPlan?> KnownAsync(FleetOrder order, CancellationToken cancel) => database.ReadAsync(
        tx => PoolStore.Job(tx, IdOf(order, 0).ToString()) is { } job ? PoolStore.Plan(tx, job.Number)?.Fleet : null, cancel);

    private async Task SubmitAsync(FleetOrder order, Id<Job> id, FleetPlan plan, IReadOnlyList<string> names, CancellationToken cancel)
    {
        if (await database.ReadAsync(tx => PoolStore.Knows(tx, id.ToString()), cancel))
        {
            return;
        }

        await database.WriteAsync(tx => FleetStore.Involve(tx, order.Conversation, order.Message, choice.Ids(order.Caller.User, names)), cancel);
        var wish = order.Wish;
        await jobs.SubmitAsync(
            order.Caller,
            id,
            new JobPlan
            {
                Name = Name(wish), Priority = JobPriority.High, Fleet = plan,
                Steps =
                [
                    .. names.Select(name => new StepPlan
                    {
                        Id = name, Runtime = TaskRuntime.Agent, Objective = wish.Objective, TimeoutSeconds = wish.Seconds, AtMostOnce = true, Skills = wish.Command is null ? [] : ["shell"],
                        Needs = new NeedsPlan { Cpu = TaskCpu, MemoryBytes = TaskMemory, DiskBytes = TaskDisk, Node = name },
                    }),
                ],
            },
            cancel);
    }

    private static string Name(FleetWish wish)
    {
        const int Longest = 60;
        var text = $"@{wish.Select} {wish.Objective}".ReplaceLineEndings(" ");
        return text.Length <= Longest ? text : text[..(Longest - (char.IsHighSurrogate(text[Longest - 1]) ? 1 : 0))];
    }

    private async Task<IReadOnlyList<FleetReply>> RepliesAsync(Id<Job> id, IReadOnlyList<string> names, FleetWish wish, TimeSpan patience, CancellationToken cancel)
    {
        var job = id.ToString();
        while (true)
        {
            using var watcher = feeds.Watch(job);
            var row = await database.ReadAsync(tx => PoolStore.Job(tx, job)!, cancel);
            var left = DateTimeOffset.FromUnixTimeMilliseconds(row.SubmittedAt) + patience - time.GetUtcNow();
            if (row.State.IsFinal())
            {
                break;
            }

            if (left <= TimeSpan.Zero)
            {
                await pool.ApplyAsync(new CancelWork(id, null, TooLate), cancel: cancel);
                break;
            }

            await watcher.ReadAsync(change => change.Job.State.IsFinal(), left < _look ? left : _look, time, cancel);
        }

        return await database.ReadAsync(tx => Read(tx, PoolStore.Job(tx, job)!, names, wish), cancel);
    }

    private static IReadOnlyList<FleetReply> Read(Transaction tx, JobRow job, IReadOnlyList<string> names, FleetWish wish)
    {
        var rows = PoolStore.Tasks(tx, job.Number, 0, names.Count).ToDictionary(row => row.Index);
        var results = PoolStore.Results(tx, job.Number, 0, names.Count).ToDictionary(result => result.Task);
        return [.. names.Select((name, index) => IsStopped(job, rows.GetValueOrDefault(index))
            ? new FleetReply(name, Stopped: true)
            : Reply(name, wish, rows.GetValueOrDefault(index), results.GetValueOrDefault(index)))];
    }

    /// <summary>By a person; of a task that never began there may be no row.</summary>
    private static bool IsStopped(JobRow job, TaskRow? row) =>
        job.Reason != TooLate && (row is null ? job.State == JobState.Cancelled : row.State == TaskState.Cancelled);

    private static FleetReply Reply(string name, FleetWish wish, TaskRow? row, ResultModel? result)
    {
        if (row?.State == TaskState.Succeeded && result?.Result is { ValueKind: JsonValueKind.Object } json)
        {
            var (said, code) = (json.GetProperty("output").GetString() ?? "", ExitCode(json));
            // A command that was refused there has no exit code, and what is said is why.
            return wish.Command is not null && code is null ? new FleetReply(name, Failure: said) : new FleetReply(name, said, code, Evidence.IsVerified(json));
        }

        if (row?.State != TaskState.Failed)
        {
            return new FleetReply(name);
        }

        var end = TaskDetail.Parser.ParseFrom(row.Detail).Attempts.LastOrDefault(attempt => attempt.End is not null)?.End;
        return end is { Outcome: (int)AttemptOutcome.TimedOut } ? new FleetReply(name)
            : new FleetReply(name, Failure: end?.Error is { Length: > 0 } error ? error : result?.Reason ?? "It failed.");
    }

    /// <summary>Of the last command that the machine ran for it.</summary>
    private static int? ExitCode(JsonElement result) => Evidence.Of(result).LastOrDefault(piece => piece.ExitCode is not null)?.ExitCode;
}
