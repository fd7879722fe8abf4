using Google.Protobuf;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>A job that is over is taken up again: its good results stay, everything else gets new tries.</summary>
internal static class RetryRules
{
    public static void Retry(PoolTurn turn, RetryJob retry)
    {
        if (turn.State.Find(Id<Job>.Parse(retry.Row.Id)) is not null)
        {
            return;
        }

        var row = retry.Row with
        {
            State = retry.Row.StartedAt is null ? JobState.Queued : JobState.Running, Reason = null, EndedAt = null, PausedAt = null,
            Hold = retry.Row.Spent + retry.HoldMicro, HoldRest = retry.HoldMicro, HoldNumber = retry.Row.HoldNumber + 1,
        };
        var job = PoolLoader.Load(turn.State, row, retry.Tasks.Select(Fresh), turn.Now);
        turn.Effects.Changed(job);
        foreach (var task in job.Live.Values)
        {
            turn.Effects.Changed(task);
        }
    }

    /// <summary>What did not succeed forgets its failures; the numbers of its attempts go on.</summary>
    private static TaskRow Fresh(TaskRow row)
    {
        if (row.State == TaskState.Succeeded)
        {
            return row;
        }

        var detail = TaskDetail.Parser.ParseFrom(row.Detail);
        (detail.Failures, detail.Losses, detail.Reason, detail.NotBefore, detail.Winner, detail.CopiesWanted) = (0, 0, "", 0, 0, 1);
        detail.Avoid.Clear();
        detail.ClearModelMicro(); // the new hold has what the spec says
        foreach (var attempt in detail.Attempts)
        {
            attempt.Current = false;
        }

        return row with { State = TaskState.Ready, Open = true, Detail = detail.ToByteArray(), Result = null };
    }
}
