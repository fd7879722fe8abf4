namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>The named transitions of a task; docs/task-states.md draws them.</summary>
internal static class TaskRules
{
    public static void Set(PoolTurn turn, PoolTask task, TaskState state)
    {
        if (task.State == state)
        {
            return;
        }

        task.Job.Counts.Add(task.State, -1);
        task.Job.Counts.Add(state, 1);
        task.State = state;
        turn.Effects.Changed(task);
    }

    /// <summary>ready → leased: an attempt is given to a node.</summary>
    public static PoolAttempt Lease(PoolTurn turn, PoolTask task, PoolNode node)
    {
        foreach (var before in task.Attempts)
        {
            before.Current &= task.CopiesWanted > 1 && before.State != AttemptState.Lost;
        }

        var attempt = new PoolAttempt(task, ++task.LastAttempt, node, turn.Now) { NodeName = node.Terms.Name, Owner = node.Terms.Owner, Price = node.Terms.Price };
        task.Attempts.Add(attempt);
        Reservation.Take(turn, attempt);
        Set(turn, task, TaskState.Leased);
        turn.Effects.Changed(task);
        turn.Effects.Leases.Add(attempt);
        FairShare.Charge(turn, task.Job.Owner, FairShare.Provisional(task.Step.Plan));
        JobRules.Started(turn, task.Job);
        return attempt;
    }

    /// <summary>→ ready: it waits for another try.</summary>
    public static void Requeue(PoolTurn turn, PoolTask task, long delay)
    {
        (task.NotBefore, task.Reason) = (turn.Now + delay, null);
        Set(turn, task, TaskState.Ready);
        turn.Effects.Changed(task);
        if (delay == 0)
        {
            Again(turn, task);
        }
        else
        {
            turn.State.Timers.Add(task.NotBefore, later => Again(later, task));
        }
    }

    /// <summary>→ succeeded, failed, cancelled, expired.</summary>
    public static void End(PoolTurn turn, PoolTask task, TaskState state, string? reason = null)
    {
        if (task.State.IsFinal())
        {
            return;
        }

        Billing.Close(turn, task);
        task.Reason = reason;
        Set(turn, task, state);
        DropWhenOver(task);
        JobRules.TaskOver(turn, task.Step, state);
        if (task.Step.Plan.Gang && state != TaskState.Succeeded)
        {
            GangRules.Over(turn, task.Step, state);
        }
    }

    /// <summary>Keeps in memory only what may still change.</summary>
    public static void DropWhenOver(PoolTask task)
    {
        if (task.State.IsFinal() && !task.HasOpenAttempts)
        {
            task.Job.Live.Remove(task.Index);
        }
    }

    /// <summary>Stops what still runs for a task that needs it no more.</summary>
    public static void StopAttempts(PoolTurn turn, PoolTask task, string reason)
    {
        foreach (var attempt in task.Attempts)
        {
            if (attempt.State.IsOpen() && attempt.State != AttemptState.Stopping)
            {
                attempt.State = AttemptState.Stopping;
                attempt.StopReason = reason;
                turn.Effects.Changed(task);
                turn.Effects.Control(attempt, "stop", reason);
            }
        }
    }

    /// <summary>Its pause is over.</summary>
    public static void Again(PoolTurn turn, PoolTask task)
    {
        if (task.NeedsAttempt && task.NotBefore <= turn.Now)
        {
            task.Step.AddAgain(task);
            task.Step.Needs.Stuck = false;
            turn.State.Ready.Enqueue(task.Step);
        }
    }
}
