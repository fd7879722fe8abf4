namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>What people say to agents while they work. What it is, the store knows; the pool knows who is to be told.</summary>
internal static class SteerRules
{
    public static void Steer(PoolTurn turn, SteerWork steer)
    {
        foreach (var task in turn.State.Find(steer.Job)?.Live.Values.Where(task => steer.Task is null || task.Index == steer.Task) ?? [])
        {
            task.Attempts.ForEach(attempt => Tell(turn, attempt));
        }
    }

    /// <summary>All that was said to it, once more: its node knows what it has.</summary>
    public static void Tell(PoolTurn turn, PoolAttempt attempt)
    {
        if (HasAgent(attempt.Task.Step) && attempt.State is AttemptState.Leased or AttemptState.Running or AttemptState.Frozen)
        {
            turn.Effects.Told.Add(attempt);
        }
    }

    public static bool HasAgent(PoolStep step) => step.Plan.Runtime == TaskRuntime.Agent && step.Job.Plan.Background is null;
}
