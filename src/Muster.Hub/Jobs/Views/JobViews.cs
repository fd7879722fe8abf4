using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Views;

/// <summary>Jobs and tasks as the API shows them.</summary>
internal static class JobViews
{
    private static readonly JsonNamingPolicy Words = JsonNamingPolicy.SnakeCaseLower;

    public static JobModel Of(JobRow job, People people, IReadOnlyList<StepModel>? steps = null) => new(
        job.Id, job.Name, Word(job.State), Reason(job.Reason), Word(job.Priority),
        Id<User>.TryParse(job.Owner, out var owner) ? people.NameOf(owner) ?? job.Owner : job.Owner,
        Time(job.SubmittedAt)!.Value, Time(job.StartedAt), Time(job.EndedAt), job.TaskCount, Counts(job), Cpt(job.Spent), job.Hold == 0 ? null : Cpt(job.Hold), steps);

    /// <param name="unwritten">Needed for a task without a row alone.</param>
    public static TaskModel Of(JobRow job, JobPlan plan, int index, TaskRow? row, Unwritten? unwritten, bool history = false)
    {
        var (step, first) = StepOf(plan, index);
        var detail = row is null ? new TaskDetail() : TaskDetail.Parser.ParseFrom(row.Detail);
        var last = detail.Attempts.FirstOrDefault(attempt => attempt.Number == detail.Winner) ?? detail.Attempts.LastOrDefault();
        var result = step.Runtime == TaskRuntime.Agent && plan.Background is null && row is { State: TaskState.Succeeded, Result: { } given } ? Json(given) : null;
        return new TaskModel(
            TaskIds.Of(Id<Job>.Parse(job.Id), index).ToString(), job.Id, step.Id, step.FirstIndex + index - first,
            Word(row?.State ?? unwritten![index]), detail.Reason.Length > 0 ? Reason(detail.Reason) : null, row?.Attempt ?? 0, last?.NodeName,
            last?.End is { } end ? end.ExitCode : null, Time(Began(last)), Time(last?.EndedAt),
            detail.Attempts.Sum(attempt => attempt.Micro) is > 0 and var micro ? Cpt(micro) : null,
            history ? [.. detail.Attempts.Select(Of)] : null, Evidence.Word(result), result is null ? null : Evidence.Of(result));
    }

    private static JsonElement? Json(byte[] result) => JsonSerializer.Deserialize(result, Api.HubJson.Default.JsonElement);

    public static (StepPlan Step, int First) StepOf(JobPlan plan, int index)
    {
        var first = 0;
        foreach (var step in plan.Steps)
        {
            if (index < first + step.Count)
            {
                return (step, first);
            }

            first += step.Count;
        }

        throw new ArgumentOutOfRangeException(nameof(index), index, "The job has fewer tasks.");
    }

    public static string Word<T>(T value)
        where T : struct, Enum => Words.ConvertName(value.ToString());

    /// <summary>Micro-credits as CPT with the decimals that are not zero.</summary>
    public static string Cpt(long micro) => (micro / 1_000_000m).ToString("0.######", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A node says that a command runs once a second at most; how long it ran it says exactly.</summary>
    private static long? Began(AttemptDetail? attempt) => attempt switch
    {
        null => null,
        { End.WallSeconds: > 0 } ended => Math.Max(ended.LeasedAt, ended.EndedAt - (long)(ended.End.WallSeconds * 1000)),
        { StartedAt: > 0 } running => running.StartedAt,
        _ => attempt.LeasedAt,
    };

    private static AttemptModel Of(AttemptDetail attempt) => new(
        attempt.Number, attempt.NodeName, Word((AttemptState)attempt.State), 
        attempt.End is { } end ? Word((AttemptOutcome)end.Outcome) : (AttemptState)attempt.State == AttemptState.Lost ? Word(AttemptOutcome.Lost) : null, attempt.End?.ExitCode,
        attempt.End?.Error is { Length: > 0 } error ? error : null, Time(attempt.LeasedAt)!.Value, Time(Began(attempt)), Time(attempt.EndedAt),
        attempt.End is { } used
            ? new UsageModel(used.CpuSeconds, used.PeakMemoryBytes, used.WallSeconds, used.BytesIn, used.BytesOut, used.GpuSeconds) { ModelCpt = used.ModelMicro > 0 ? Cpt(used.ModelMicro) : null }
            : null,
        [.. (attempt.End?.Outputs ?? []).Select(Of)], attempt.End?.Log is { } log ? Of(log) : null, attempt.Micro > 0 ? Cpt(attempt.Micro) : null,
        attempt.End?.Batch > 0);

    private static OutputModel Of(OutputDetail output) => new(output.Path, Convert.ToHexStringLower(output.Sha256.Span), output.Size);

    private static TaskCounts Counts(JobRow job)
    {
        var counts = job.Counts;
        var over = counts.Running + counts.Verifying + counts.Succeeded + counts.Failed + counts.Cancelled + counts.Expired + counts.Skipped;
        return new TaskCounts(job.TaskCount - over, counts.Running, counts.Verifying, counts.Succeeded, counts.Failed, counts.Cancelled, counts.Expired, counts.Skipped);
    }

    private static string? Reason(string? reason) => reason == "out_of_credit" ? "The credits that were set aside for it ran out (out_of_credit)." : reason;

    private static DateTimeOffset? Time(long? at) => at is > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(at.Value) : null;
}
