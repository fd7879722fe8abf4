using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>running ⇄ paused of a single task: its agent waits for a person, who may allow its models more. That time costs nothing.</summary>
internal static class WaitRules
{
    public static void Waits(PoolTurn turn, AttemptWaits waits)
    {
        if (Find(turn, waits.Node, waits.Attempt) is not { } attempt)
        {
            return;
        }

        var task = attempt.Task;
        if (waits.Reason is { } reason)
        {
            if (attempt.State is AttemptState.Leased or AttemptState.Running)
            {
                attempt.StartedAt = attempt.State == AttemptState.Leased ? turn.Now : attempt.StartedAt;
                (attempt.State, attempt.FrozenAt) = (AttemptState.Frozen, turn.Now);
                TaskRules.Set(turn, task, TaskState.Paused);
            }

            Tell(turn, task, reason);
        }
        else if (attempt.State == AttemptState.Frozen && !task.Job.Paused)
        {
            PauseRules.GoOn(turn, attempt);
        }
    }

    /// <summary>It fails with this attempt, whatever tries its step has.</summary>
    public static void Refused(PoolTurn turn, AttemptRefused refused)
    {
        if (Find(turn, refused.Node, refused.Attempt) is { Task: var task } && task.Failures < task.Step.Plan.Retries)
        {
            task.Failures = task.Step.Plan.Retries;
            turn.Effects.Changed(task);
        }
    }

    public static void Allow(PoolTurn turn, AllowModels allow)
    {
        if (turn.State.Find(allow.Job) is not { } job || job.State.IsFinal())
        {
            return;
        }

        job.HoldMicro += allow.MoreMicro;
        job.HoldRest += allow.MoreMicro;
        turn.Effects.Changed(job);
        foreach (var (index, micro) in allow.Limits)
        {
            if (job.Live.GetValueOrDefault(index) is { } task)
            {
                task.AllowedModelMicro = micro;
                turn.Effects.Changed(task);
            }
        }
    }

    private static PoolAttempt? Find(PoolTurn turn, Id<Node> node, AttemptName name) =>
        turn.State.Jobs.GetValueOrDefault(name.Job)?.Live.GetValueOrDefault(name.Task)?.Find(name.Attempt) is { Current: true } attempt && attempt.Node.Id == node ? attempt : null;

    private static void Tell(PoolTurn turn, PoolTask task, string reason)
    {
        if (task.State == TaskState.Paused && task.Reason != reason)
        {
            task.Reason = reason;
            turn.Effects.Changed(task);
        }
    }
}
