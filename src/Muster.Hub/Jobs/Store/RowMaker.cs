using Google.Protobuf;
using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Store;

/// <summary>Turns what has changed in the pool into rows.</summary>
internal static class RowMaker
{
    public static JobRow Of(PoolJob job)
    {
        var counts = job.Counts;
        return new JobRow(
            job.Number, job.Id.ToString(), job.Owner.Id.ToString(), job.Plan.Name, job.State, job.Reason, job.Plan.Priority, job.SubmittedAt, job.FirstStartAt,
            job.EndedAt, job.Version, job.TaskCount,
            new CountRow(counts.Running, counts.Verifying, counts.Succeeded, counts.Failed, counts.Cancelled, counts.Expired, counts.Skipped),
            job.HoldMicro, job.HoldRest, job.SpentMicro, job.PausedAt, Live: !job.State.IsFinal() || job.Live.Count > 0, job.HoldNumber);
    }

    public static TaskRow Of(PoolTask task)
    {
        var result = task.Winner?.End?.Result ?? default;
        return new TaskRow(
            task.Job.Number, task.Index, task.State, task.Version, !task.State.IsFinal() || task.HasOpenAttempts, task.LastAttempt,
            Detail(task).ToByteArray(), result.Length == 0 ? null : result.ToArray());
    }

    public static TaskRow Unleased(PoolJob job, int index, TaskState state) => new(job.Number, index, state, job.Version, Open: false, Attempt: 0, [], null);

    public static OwnerRow Of(PoolOwner owner, PoolSettings settings, long now) =>
        new(owner.Id.ToString(), owner.Usage / Math.Pow(2, (now - settings.UsageEpoch) / (double)settings.HalfLifeMs), now);

    public static TrustRow Of(PoolNode node) => new(node.Id.ToString(), node.Trust, node.Streak);

    private static TaskDetail Detail(PoolTask task)
    {
        var detail = new TaskDetail
        {
            Failures = task.Failures, Losses = task.Losses, Reason = task.Reason ?? "", NotBefore = task.NotBefore, CopiesWanted = task.CopiesWanted,
            Winner = task.Winner?.Number ?? 0,
        };
        if (task.AllowedModelMicro is { } allowed)
        {
            detail.ModelMicro = allowed;
        }

        foreach (var attempt in task.Attempts)
        {
            detail.Attempts.Add(Of(attempt));
        }

        foreach (var node in task.Avoid ?? [])
        {
            detail.Avoid.Add(node.Id.ToString());
        }

        return detail;
    }

    private static AttemptDetail Of(PoolAttempt attempt) => new()
    {
        Number = attempt.Number, Node = attempt.Node.Id.ToString(), NodeName = attempt.NodeName, Owner = attempt.Owner.ToString(), Price = attempt.Price, State = (int)attempt.State, Current = attempt.Current,
        StopReason = attempt.StopReason ?? "", LeasedAt = attempt.LeasedAt, StartedAt = attempt.StartedAt, EndedAt = attempt.EndedAt,
        BilledAt = attempt.BilledAt, BilledMicro = attempt.BilledMicro, Micro = attempt.Micro, Parts = attempt.Parts, Settled = attempt.Settled,
        Rank = attempt.Rank, FrozenAt = attempt.FrozenAt, FrozenMs = attempt.FrozenMs, End = attempt.End is { } end ? Of(end, keepResult: !attempt.Task.State.IsFinal()) : null,
    };

    private static EndDetail Of(AttemptEnd end, bool keepResult)
    {
        var detail = new EndDetail
        {
            Outcome = (int)end.Outcome, ExitCode = end.ExitCode, Log = end.Log is { } log ? Of(log) : null, CpuSeconds = end.Use.CpuSeconds,
            PeakMemoryBytes = end.Use.PeakMemoryBytes, WallSeconds = end.Use.WallSeconds, BytesIn = end.Use.BytesIn, BytesOut = end.Use.BytesOut,
            GpuSeconds = end.Use.GpuSeconds, ModelMicro = end.Use.ModelMicro, Error = end.Error, StartedAt = end.StartedAt, OutputsHash = UnsafeByteOperations.UnsafeWrap(end.OutputsHash),
            LogText = UnsafeByteOperations.UnsafeWrap(end.LogText), Batch = end.Batch, Leaf = end.Leaf, Result = UnsafeByteOperations.UnsafeWrap(keepResult ? end.Result : default),
        };
        foreach (var output in end.Outputs)
        {
            detail.Outputs.Add(Of(output));
        }

        return detail;
    }

    private static OutputDetail Of(AttemptOutput output) =>
        new() { Path = output.Path, Sha256 = UnsafeByteOperations.UnsafeWrap(output.Sha256), Size = output.Size };
}
