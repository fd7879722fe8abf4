namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>What nodes say of attempts. Only the node that holds an attempt, and only while it is the current one, is believed.</summary>
internal static class AttemptRules
{
    public static void Began(PoolTurn turn, AttemptsBegan began)
    {
        foreach (var name in began.Attempts)
        {
            if (Find(turn, began.Node, name) is { State: AttemptState.Leased } attempt)
            {
                (attempt.State, attempt.StartedAt) = (AttemptState.Running, turn.Now);
                if (attempt.Task.State == TaskState.Leased)
                {
                    TaskRules.Set(turn, attempt.Task, TaskState.Running);
                }
            }
        }
    }

    public static void Ended(PoolTurn turn, AttemptsEnded ended)
    {
        var counted = new List<AttemptEnd>(ended.Ends.Count);
        foreach (var end in ended.Ends)
        {
            if (Find(turn, ended.Node, end) is { } attempt && attempt.State != AttemptState.Ended && (attempt.Current || attempt.Reserved))
            {
                var named = end with { Name = new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number) };
                counted.Add(named);
                Ended(turn, attempt, named);
            }
            else
            {
                // It is told that another has the task, or nobody wants it any more, so that it lets go of what it kept.
                turn.Effects.Controls.Add(new ControlOrder(ended.Node, end.Name, "forget", "superseded"));
                turn.Effects.Late.Add((ended.Node, end));
            }
        }

        turn.Effects.Ends.AddRange(counted);
        if (counted.Count > 0 && ended.Batch is { } batch)
        {
            var number = turn.State.NextBatch++;
            counted.ForEach(end => end.Batch = number);
            turn.Effects.Receipts.Add((ended.Node, number, batch));
        }
    }

    /// <summary>A node's lease ran out, or it forgot the attempt.</summary>
    public static void Lost(PoolTurn turn, PoolAttempt attempt)
    {
        if (!attempt.State.IsOpen())
        {
            return;
        }

        var (task, stopping) = (attempt.Task, attempt.State == AttemptState.Stopping);
        attempt.State = AttemptState.Lost;
        attempt.EndedAt = turn.Now;
        Reservation.GiveBack(turn, attempt);
        Billing.Unpaid(turn, attempt);
        turn.Effects.Changed(task);
        if (task.State.IsFinal() || !attempt.Current)
        {
            TaskRules.DropWhenOver(task);
            JobRules.SettleWhenOver(turn, task.Job);
        }
        else if (stopping)
        {
            Interrupted(turn, task);
        }
        else if (task.Step.Plan.AtMostOnce && task.Failures >= task.Step.Plan.Retries)
        {
            AddGiveUp(turn.State, attempt, turn.Now);
        }
        else if (++task.Losses > Math.Max(turn.Settings.FreeLosses, task.Step.Plan.Retries))
        {
            TaskRules.End(turn, task, TaskState.Failed, $"Its machine was lost {task.Losses} times.");
        }
        else
        {
            Retry(turn, task, 0);
        }
    }

    /// <summary>The lost attempt that a task waits for instead of being tried again; null: it does not.</summary>
    public static PoolAttempt? Awaited(PoolTask task) =>
        task.Step.Plan.AtMostOnce && !task.State.IsFinal() && task.Failures >= task.Step.Plan.Retries
            && task.Find(task.LastAttempt) is { State: AttemptState.Lost, Current: true } lost ? lost : null;

    public static void AddGiveUp(PoolState state, PoolAttempt attempt, long from) =>
        state.Timers.Add(from + (long)(attempt.Task.Step.Plan.LostWaitSeconds * 1000), later => GiveUp(later, attempt));

    public static void Retry(PoolTurn turn, PoolTask task, long delay)
    {
        if (task.Step.Plan.Gang)
        {
            GangRules.Broken(turn, task, delay);
        }
        else if (task.CopiesWanted > 1 || task.HasOpenAttempts)
        {
            Quorum.Next(turn, task);
        }
        else
        {
            TaskRules.Requeue(turn, task, delay);
        }
    }

    private static PoolAttempt? Find(PoolTurn turn, Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Node> node, AttemptName name) =>
        turn.State.Jobs.GetValueOrDefault(name.Job)?.Live.GetValueOrDefault(name.Task)?.Find(name.Attempt) is { } attempt && attempt.Node.Id == node ? attempt : null;

    private static PoolAttempt? Find(PoolTurn turn, Muster.Protocol.Ids.Id<Muster.Protocol.Ids.Node> node, AttemptEnd end) => Find(
        turn, node, end is { Name.Job: 0, JobId: { } id } ? new AttemptName(turn.State.Find(id)?.Number ?? 0, 0, 1) : end.Name);

    private static void Ended(PoolTurn turn, PoolAttempt attempt, AttemptEnd end)
    {
        var task = attempt.Task;
        var wasStopping = attempt.State == AttemptState.Stopping;
        attempt.Settled &= attempt.State != AttemptState.Lost; // it was not, and what it did counts after all
        (attempt.State, attempt.End, attempt.EndedAt) = (AttemptState.Ended, end, turn.Now);
        Reservation.GiveBack(turn, attempt);
        FairShare.Settle(turn, attempt);
        task.Step.Measure(end.Use.WallSeconds);
        turn.Effects.Changed(task);
        var background = task.Job.Plan.Background is not null;
        if (background)
        {
            turn.Effects.Background.Add((task.Job, end));
        }

        if (task.State.IsFinal() || !attempt.Current)
        {
            Billing.Stopped(turn, attempt);
            TaskRules.DropWhenOver(task);
            JobRules.SettleWhenOver(turn, task.Job);
            return;
        }

        switch (end.Outcome)
        {
            case var _ when background:
                BackgroundRules.Ended(turn, attempt, end);
                break;
            case AttemptOutcome.Succeeded:
                Quorum.Succeeded(turn, attempt);
                break;
            case AttemptOutcome.Stopped when wasStopping || attempt.StopReason is not null:
                Billing.Stopped(turn, attempt);
                Interrupted(turn, task);
                break;
            case AttemptOutcome.Lost or AttemptOutcome.Refused or AttemptOutcome.Stopped:
                NotRun(turn, attempt);
                break;
            default:
                Quorum.Failed(turn, attempt);
                break;
        }

        JobRules.SettleWhenOver(turn, task.Job);
    }

    /// <summary>The pool itself stopped it: for other work, or because its job was paused for long.</summary>
    private static void Interrupted(PoolTurn turn, PoolTask task)
    {
        if (task.Step.Plan.AtMostOnce)
        {
            TaskRules.End(turn, task, TaskState.Failed, "It was stopped while its job was paused, and it may not run twice.");
        }
        else
        {
            Retry(turn, task, 0);
        }
    }

    /// <summary>The node could not or did not finish it: not the task's fault.</summary>
    private static void NotRun(PoolTurn turn, PoolAttempt attempt)
    {
        var task = attempt.Task;
        Billing.Unpaid(turn, attempt);
        (task.Avoid ??= []).Add(attempt.Node);
        if (task.Step.Plan.AtMostOnce && attempt.End!.Outcome != AttemptOutcome.Refused && task.Failures >= task.Step.Plan.Retries)
        {
            var why = attempt.End.Error is { Length: > 0 } said ? said : $"{attempt.Node.Terms.Name} was restarted while it ran.";
            TaskRules.End(turn, task, TaskState.Failed, $"{why} It may not run twice.");
        }
        else if (++task.Losses > Math.Max(turn.Settings.FreeLosses, task.Step.Plan.Retries))
        {
            TaskRules.End(turn, task, TaskState.Failed, attempt.End!.Error is { Length: > 0 } error ? error : "No machine could run it.");
        }
        else
        {
            Retry(turn, task, turn.Settings.Backoff(task.Losses, turn.Luck(task, attempt.Number)));
        }
    }

    private static void GiveUp(PoolTurn turn, PoolAttempt attempt)
    {
        if (attempt is { State: AttemptState.Lost, Current: true } && !attempt.Task.State.IsFinal())
        {
            // A machine that is there may have begun it and forgotten: its silence does not prove that it did not.
            var (node, wait) = (attempt.Node, $"{attempt.Task.Step.Plan.LostWaitSeconds / 60:0.##} minutes");
            TaskRules.End(
                turn, attempt.Task, TaskState.Failed,
                node.Online ? $"{node.Terms.Name} did not say within {wait} what became of it, and it may not run twice."
                : $"{node.Terms.Name} did not come back within {wait}, and it may not run twice.");
            if (attempt.Task.Job.Plan.Background is null)
            {
                turn.Effects.Notices.Add(new PoolNotice(attempt.Task.Job, PoolNotice.Lost, attempt.Node.Terms.Name));
            }
            else
            {
                turn.Effects.Background.Add((attempt.Task.Job, new AttemptEnd
                {
                    Name = new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number), Outcome = AttemptOutcome.Lost,
                    Error = $"{attempt.Node.Terms.Name} did not come back within {wait}. If it does, its end is told then.",
                    Use = new AttemptUse(0, 0, (turn.Now - attempt.StartedAt) / 1000.0, 0, 0, 0),
                }));
            }

            JobRules.SettleWhenOver(turn, attempt.Task.Job);
        }
    }
}
