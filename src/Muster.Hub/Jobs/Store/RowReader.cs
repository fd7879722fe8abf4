using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Store;

/// <summary>Tasks and attempts from what the store has kept of them.</summary>
internal static class RowReader
{
    public static PoolTask Task(PoolState state, PoolStep step, TaskRow row)
    {
        var detail = TaskDetail.Parser.ParseFrom(row.Detail);
        var task = new PoolTask(step, row.Index)
        {
            State = row.State, LastAttempt = row.Attempt, Version = row.Version, Failures = detail.Failures, Losses = detail.Losses,
            Reason = detail.Reason.Length > 0 ? detail.Reason : null, NotBefore = detail.NotBefore, CopiesWanted = detail.CopiesWanted,
            AllowedModelMicro = detail.HasModelMicro ? detail.ModelMicro : null,
            Avoid = detail.Avoid.Count == 0 ? null : [.. detail.Avoid.Select(id => state.Node(Id<Node>.Parse(id)))],
        };
        task.Attempts.AddRange(detail.Attempts.Select(attempt => Attempt(state, task, attempt)));
        if (task.Find(detail.Winner) is { End: { } end } winner)
        {
            winner.End = end with { Result = row.Result };
            task.Winner = winner;
        }

        return task;
    }

    private static PoolAttempt Attempt(PoolState state, PoolTask task, AttemptDetail detail) =>
        new(task, detail.Number, state.Node(Id<Node>.Parse(detail.Node)), detail.LeasedAt)
        {
            NodeName = detail.NodeName, Owner = Id<User>.TryParse(detail.Owner, out var owner) ? owner : default, Price = detail.Price,
            State = (AttemptState)detail.State, Current = detail.Current, StopReason = detail.StopReason.Length > 0 ? detail.StopReason : null,
            StartedAt = detail.StartedAt, EndedAt = detail.EndedAt, BilledAt = detail.BilledAt, BilledMicro = detail.BilledMicro, Micro = detail.Micro,
            Parts = detail.Parts, Settled = detail.Settled, Rank = detail.Rank, FrozenAt = detail.FrozenAt, FrozenMs = detail.FrozenMs,
            End = detail.End is { } end ? End(task, detail.Number, end) : null,
        };

    private static AttemptEnd End(PoolTask task, int number, EndDetail end) => new()
    {
        Name = new AttemptName(task.Job.Number, task.Index, number), Outcome = (AttemptOutcome)end.Outcome, ExitCode = end.ExitCode,
        Outputs = [.. end.Outputs.Select(Output)], Log = end.Log is { } log ? Output(log) : null,
        Use = new AttemptUse(end.CpuSeconds, end.PeakMemoryBytes, end.WallSeconds, end.BytesIn, end.BytesOut, end.GpuSeconds) { ModelMicro = end.ModelMicro },
        Error = end.Error, StartedAt = end.StartedAt, OutputsHash = end.OutputsHash.Memory, LogText = end.LogText.Memory, Batch = end.Batch, Leaf = end.Leaf, Result = end.Result.Memory,
    };

    private static AttemptOutput Output(OutputDetail output) => new(output.Path, output.Sha256.Memory, output.Size);
}
