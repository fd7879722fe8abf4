namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>Who has used how much. Use is scaled up with time instead of down: a core second of yesterday counts half of one of today.</summary>
internal static class FairShare
{
    /// <summary>What a lease counts until its true use is known: one second of what it asks for.</summary>
    public static double Provisional(StepPlan step) => Math.Max(step.Needs.Cpu, 0.01) + (4 * step.Needs.Gpu);

    public static void Charge(PoolTurn turn, PoolOwner owner, double coreSeconds)
    {
        owner.Usage += coreSeconds * Math.Pow(2, (turn.Now - turn.Settings.UsageEpoch) / (double)turn.Settings.HalfLifeMs);
        turn.Effects.Owners.Add(owner);
    }

    public static void Settle(PoolTurn turn, PoolAttempt attempt)
    {
        var step = attempt.Task.Step.Plan;
        var seconds = Math.Max(0, turn.Now - attempt.LeasedAt) / 1000.0;
        if (seconds > 1)
        {
            Charge(turn, attempt.Task.Job.Owner, Provisional(step) * (seconds - 1));
        }
    }
}
