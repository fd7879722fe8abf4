namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>
/// Tool calls that run already when the pool hears of them. They are bound to their node, may not run twice and cost nothing; what a
/// lease is for other attempts is for them the word that the pool has them.
/// </summary>
internal static class BackgroundRules
{
    public static void Adopt(PoolTurn turn, AdoptWork adopt)
    {
        var node = turn.State.Node(adopt.Node);
        if (turn.State.Find(adopt.Submission.Id) is { } known)
        {
            Again(turn, known, node);
            return;
        }

        if (node.Terms == NodeTerms.None)
        {
            // What a node had to say before is heard before it counts as there.
            node.Terms = NodeTerms.None with { Name = adopt.NodeName, Owner = adopt.NodeOwner };
        }

        var job = JobRules.Add(turn, adopt.Submission, queue: false);
        var task = Dispatcher.Fresh(turn, job.Steps[0]);
        var attempt = TaskRules.Lease(turn, task, node);
        (attempt.State, attempt.StartedAt) = (AttemptState.Running, Math.Clamp(adopt.StartedAt, 0, turn.Now));
        TaskRules.Set(turn, task, TaskState.Running);
        if (node.LeaseUntil <= turn.Now)
        {
            NodeRules.WatchLease(turn.State, node, turn.Now);
        }
    }

    /// <summary>Its node said how it ended, or that it does not know.</summary>
    public static void Ended(PoolTurn turn, PoolAttempt attempt, AttemptEnd end)
    {
        var task = attempt.Task;
        switch (end.Outcome)
        {
            case AttemptOutcome.Succeeded:
                Quorum.Winner(turn, task, attempt);
                break;
            case AttemptOutcome.Stopped:
                TaskRules.End(turn, task, TaskState.Cancelled, end.Error is { Length: > 0 } why ? why : "It was stopped.");
                break;
            default:
                TaskRules.End(turn, task, TaskState.Failed, Reasons.Of(end));
                break;
        }
    }

    /// <summary>Its node tells of it once more: it has not heard that the pool has it.</summary>
    private static void Again(PoolTurn turn, PoolJob job, PoolNode node)
    {
        if (!job.Live.TryGetValue(0, out var task) || task.Find(1) is not { } attempt || attempt.Node != node)
        {
            return;
        }

        if (attempt is { State: AttemptState.Lost, Current: true } && !task.State.IsFinal())
        {
            NodeRules.Reinstate(turn, attempt);
        }

        turn.Effects.Leases.Add(attempt);
        if (attempt.State == AttemptState.Stopping)
        {
            turn.Effects.Control(attempt, "stop", attempt.StopReason ?? "cancelled");
        }
    }
}
