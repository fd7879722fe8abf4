namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>What attempts cost their jobs: metered each minute into escrow, paid out when the result is believed, given back when not.</summary>
internal static class Billing
{
    public static void Used(PoolTurn turn, AttemptUsed used)
    {
        if (turn.State.Jobs.GetValueOrDefault(used.Attempt.Job)?.Live.GetValueOrDefault(used.Attempt.Task)?.Find(used.Attempt.Attempt) is { } attempt
            && attempt.Node.Id == used.Node && attempt.State.IsOpen())
        {
            attempt.Use = used.Use;
        }
    }

    public static void EachMinute(PoolTurn turn, PoolNode node)
    {
        foreach (var attempt in node.Attempts.Where(attempt => turn.Now - attempt.BilledAt >= turn.Settings.BillEveryMs).ToList())
        {
            if (attempt.Task.Job.HoldMicro > 0 && attempt.State is AttemptState.Leased or AttemptState.Running)
            {
                Meter(turn, attempt);
            }
        }
    }

    /// <summary>The result is believed, or the program failed by itself: the node has done its work.</summary>
    public static void Earned(PoolTurn turn, PoolAttempt attempt)
    {
        var job = attempt.Task.Job;
        if (job.HoldMicro == 0 || attempt.Settled)
        {
            return;
        }

        attempt.Settled = true;
        var (platform, node) = Price(turn, attempt, attempt.End?.Use ?? attempt.Use, attempt.EndedAt);
        var owed = Math.Max(0, node - attempt.BilledMicro);
        Take(turn, attempt, ChargeKind.Base, Math.Min(platform, job.HoldRest));
        Take(turn, attempt, ChargeKind.Earn, Math.Min(owed, job.HoldRest));
        PayOut(turn, attempt);
        // Its other tasks would be worked on for nothing. This one is not counted as over yet.
        if (job.HoldRest == 0 && platform + owed > 0 && job.TaskCount - job.Counts.Over > 1)
        {
            PauseRules.OutOfCredit(turn, job);
        }
    }

    /// <summary>Stopped by the user or the pool: what was used until then is owed.</summary>
    public static void Stopped(PoolTurn turn, PoolAttempt attempt) => Earned(turn, attempt);

    /// <summary>Lost, refused or wrong: nothing is owed.</summary>
    public static void Unpaid(PoolTurn turn, PoolAttempt attempt)
    {
        if (attempt.Settled)
        {
            return;
        }

        attempt.Settled = true;
        if (attempt.BilledMicro > 0)
        {
            attempt.Task.Job.HoldRest += attempt.BilledMicro;
            attempt.Task.Job.SpentMicro -= attempt.BilledMicro;
            turn.Effects.Charges.Add(new Charge(attempt, ChargeKind.Refund, attempt.BilledMicro, ++attempt.Parts));
            attempt.Micro -= attempt.BilledMicro;
            attempt.BilledMicro = 0;
        }
    }

    /// <summary>Results of a task that is over and that nobody has judged: their work was done.</summary>
    public static void Close(PoolTurn turn, PoolTask task)
    {
        foreach (var attempt in task.Attempts.Where(attempt => attempt.IsResult))
        {
            Earned(turn, attempt);
        }
    }

    private static void Meter(PoolTurn turn, PoolAttempt attempt)
    {
        var job = attempt.Task.Job;
        var (_, node) = Price(turn, attempt, attempt.Use, turn.Now);
        var due = Math.Min(Math.Max(0, node - attempt.BilledMicro), job.HoldRest);
        attempt.BilledAt = turn.Now;
        Take(turn, attempt, ChargeKind.Escrow, due);
        attempt.BilledMicro += due;
        turn.Effects.Changed(attempt.Task);

        // Another minute like the dearest possible one must be there, or the job is paused before it works for nothing.
        var (platform, next) = Price(turn, attempt, Most(attempt, turn.Now + turn.Settings.BillEveryMs), turn.Now + turn.Settings.BillEveryMs);
        if (platform + next - attempt.BilledMicro > job.HoldRest)
        {
            PauseRules.OutOfCredit(turn, job);
        }
    }

    private static AttemptUse Most(PoolAttempt attempt, long until)
    {
        var (needs, seconds) = (attempt.Task.Step.Plan.Needs, (until - attempt.LeasedAt) / 1000.0);
        return attempt.Use with { CpuSeconds = needs.Cpu * seconds, PeakMemoryBytes = needs.MemoryBytes, WallSeconds = seconds, GpuSeconds = needs.Gpu * seconds };
    }

    private static (long Base, long Node) Price(PoolTurn turn, PoolAttempt attempt, AttemptUse use, long until)
    {
        var (platform, node) = turn.Settings.Meter(
            attempt.Task.Job.Plan, attempt.Task.Step.Plan with { MaxModelMicro = attempt.Task.MostModelMicro }, use, Math.Max(0, until - attempt.LeasedAt - attempt.FrozenMs) / 1000.0, attempt.Price);
        return (platform, attempt.Owner == attempt.Task.Job.Owner.Id ? 0 : node);
    }

    private static void PayOut(PoolTurn turn, PoolAttempt attempt)
    {
        if (attempt.BilledMicro > 0)
        {
            turn.Effects.Charges.Add(new Charge(attempt, ChargeKind.PayOut, attempt.BilledMicro, ++attempt.Parts));
        }
    }

    private static void Take(PoolTurn turn, PoolAttempt attempt, ChargeKind kind, long micro)
    {
        if (micro > 0)
        {
            attempt.Task.Job.HoldRest -= micro;
            attempt.Task.Job.SpentMicro += micro;
            attempt.Micro += micro;
            turn.Effects.Charges.Add(new Charge(attempt, kind, micro, ++attempt.Parts));
        }
    }
}
