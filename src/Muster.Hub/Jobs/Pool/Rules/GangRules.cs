namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>Tasks that run on several nodes at once: they start together, succeed together, and are tried again together.</summary>
internal static class GangRules
{
    private const string Stop = "gang";

    public static void Done(PoolTurn turn, PoolAttempt attempt)
    {
        var step = attempt.Task.Step;
        if (attempt.StopReason == Stop)
        {
            Broken(turn, attempt.Task, 0); // it was done just before it heard that the others are not
            return;
        }

        TaskRules.Set(turn, attempt.Task, TaskState.Verifying);
        if (++step.GangDone < step.Count)
        {
            return;
        }

        foreach (var member in Members(step))
        {
            var winner = member.Find(member.LastAttempt)!;
            Billing.Earned(turn, winner);
            Quorum.Winner(turn, member, winner);
        }
    }

    /// <summary>One of them failed or was lost: the others are stopped, and all wait for another try.</summary>
    public static void Broken(PoolTurn turn, PoolTask broken, long delay)
    {
        var step = broken.Step;
        step.GangDone = 0;
        step.GangNotBefore = Math.Max(step.GangNotBefore, turn.Now + delay);
        foreach (var member in Members(step))
        {
            Billing.Close(turn, member);
            TaskRules.StopAttempts(turn, member, Stop);
            member.Attempts.ForEach(attempt => attempt.Current &= attempt.State.IsOpen());
            if (!member.HasOpenAttempts)
            {
                TaskRules.Set(turn, member, TaskState.Ready);
            }
        }

        turn.State.Timers.Add(step.GangNotBefore, later => TryAgain(later, step));
    }

    /// <summary>One of them ended for good, and not well: so do the others.</summary>
    public static void Over(PoolTurn turn, PoolStep step, TaskState state)
    {
        foreach (var member in Members(step).Where(member => !member.State.IsFinal()).ToList())
        {
            TaskRules.StopAttempts(turn, member, Stop);
            TaskRules.End(turn, member, state, "Another of the hosts that it ran on at once did not succeed.");
        }
    }

    /// <summary>Nothing of the last try runs any more, and its pause is over.</summary>
    public static bool IsReady(PoolStep step, long now) =>
        step.GangNotBefore <= now && Members(step).All(member => member.State == TaskState.Ready && !member.HasOpenAttempts);

    public static IEnumerable<PoolTask> Members(PoolStep step)
    {
        for (var index = step.First; index < step.End; index++)
        {
            if (step.Job.Live.GetValueOrDefault(index) is { } member)
            {
                yield return member;
            }
        }
    }

    private static void TryAgain(PoolTurn turn, PoolStep step)
    {
        foreach (var member in Members(step).Where(member => member.State == TaskState.Ready))
        {
            step.AddAgain(member);
        }

        step.Needs.Stuck = false;
        turn.State.Ready.Enqueue(step);
    }
}
