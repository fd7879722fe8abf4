using System.Text.Json;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Planning;

/// <param name="Step">Whose file it is.</param>
internal sealed record StepFile(string Step, string Path, string Sha256, long Size);

/// <summary>What came of one step.</summary>
/// <param name="State">As the pool says it; skipped: it was not begun.</param>
/// <param name="Verified">Its machine recorded that what was done worked.</param>
/// <param name="Node">Where it was tried last.</param>
internal sealed record StepResult(string Id, string Description, string State, string Text, bool Verified, string? Node, IReadOnlyList<StepFile> Files)
{
    private const string NotBegun = "skipped";

    /// <summary>Why it was begun another time, where its machine was lost in between; null: it was not.</summary>
    public string? Lost { get; init; }

    public bool Succeeded => State == "succeeded";

    /// <summary>It ran, and came to nothing.</summary>
    public bool Failed => State == "failed";

    public bool Waited => State == NotBegun;

    /// <summary>Of all steps of a job, in their order.</summary>
    public static IReadOnlyList<StepResult> Of(Transaction tx, string job, IReadOnlyList<(string Id, string Description)> steps, bool chinese)
    {
        var row = PoolStore.Job(tx, job);
        var results = row is null ? [] : PoolStore.Results(tx, row.Number, 0, steps.Count).ToDictionary(result => result.Task);
        var tasks = row is null ? [] : PoolStore.Tasks(tx, row.Number, 0, steps.Count).ToDictionary(task => task.Index);
        return [.. steps.Select((step, index) => Of(step.Id, step.Description, results.GetValueOrDefault(index), tasks.GetValueOrDefault(index), chinese))];
    }

    /// <summary>What the models of a job's tasks have cost, in micro-credits.</summary>
    public static long Cost(Transaction tx, string job) => PoolStore.Job(tx, job) is { } row
        ? PoolStore.Tasks(tx, row.Number, 0, row.TaskCount).Sum(task => TaskDetail.Parser.ParseFrom(task.Detail).Attempts.Sum(attempt => attempt.End?.ModelMicro ?? 0))
        : 0;

    private static StepResult Of(string id, string description, ResultModel? result, TaskRow? task, bool chinese)
    {
        if (result is null || task is null || result.State == NotBegun)
        {
            return new StepResult(id, description, NotBegun, chinese ? "没有执行。" : "It was not begun.", false, null, []);
        }

        var detail = TaskDetail.Parser.ParseFrom(task.Detail);
        var winner = detail.Attempts.FirstOrDefault(attempt => attempt.Number == detail.Winner)?.End;
        return new StepResult(
            id, description, result.State, result.State == "failed" && detail.Attempts.LastOrDefault()?.End?.Error is { Length: > 0 } error ? error : Said(result), result.State == "succeeded" && Evidence.IsVerified(result.Result), detail.Attempts.LastOrDefault()?.NodeName,
            [.. (winner?.Outputs ?? []).Select(file => new StepFile(id, file.Path, ContentHash.Of(file.Sha256.Span).ToString(), file.Size))])
        {
            Lost = detail.Attempts.FirstOrDefault(attempt => attempt.Number != detail.Winner && attempt.End?.Outcome == (int)AttemptOutcome.Lost) is { } lost && detail.Attempts.Count > 1
                ? lost.End.Error is { Length: > 0 } why ? why : $"{lost.NodeName} was lost."
                : null,
        };
    }

    private static string Said(ResultModel result) =>
        result.Result is { ValueKind: JsonValueKind.Object } json && json.TryGetProperty("output", out var output) && output.GetString() is { Length: > 0 } text
            ? text
            : result.Reason ?? result.State;
}
