namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>running ⇄ paused: attempts are frozen, and stopped when that lasts too long.</summary>
internal static class PauseRules
{
    public const string NoCredit = "out_of_credit";

    public static void Pause(PoolTurn turn, PauseJob pause)
    {
        if (turn.State.Find(pause.Job) is { } job && !job.State.IsFinal() && !job.Paused)
        {
            Pause(turn, job, pause.Reason);
        }
    }

    public static void OutOfCredit(PoolTurn turn, PoolJob job)
    {
        if (!job.State.IsFinal() && !job.Paused)
        {
            Pause(turn, job, NoCredit);
            turn.Effects.Notices.Add(new PoolNotice(job, PoolNotice.OutOfCredit, ""));
        }
    }

    public static void Resume(PoolTurn turn, ResumeJob resume)
    {
        if (turn.State.Find(resume.Job) is not { } job || job.State.IsFinal())
        {
            return;
        }

        job.HoldMicro += resume.MoreMicro;
        job.HoldRest += resume.MoreMicro;
        turn.Effects.Changed(job);
        if (!job.Paused)
        {
            return;
        }

        job.State = job.FirstStartAt is null ? JobState.Queued : JobState.Running;
        (job.Reason, job.PausedAt) = (null, null);
        foreach (var attempt in Open(job).Where(attempt => attempt.State == AttemptState.Frozen))
        {
            GoOn(turn, attempt);
            turn.Effects.Control(attempt, "thaw", "");
        }

        foreach (var step in job.Steps)
        {
            step.Needs.Stuck = false;
            turn.State.Ready.Enqueue(step);
        }
    }

    /// <summary>The time in which it was frozen costs nothing.</summary>
    public static void GoOn(PoolTurn turn, PoolAttempt attempt)
    {
        attempt.State = AttemptState.Running;
        attempt.FrozenMs += turn.Now - attempt.FrozenAt;
        attempt.BilledAt = turn.Now;
        attempt.Task.Reason = null;
        TaskRules.Set(turn, attempt.Task, TaskState.Running);
    }

    /// <summary>An attempt that is back does what its job does.</summary>
    public static void Match(PoolTurn turn, PoolAttempt attempt)
    {
        if (attempt.Task.Job.Paused)
        {
            Freeze(turn, attempt, attempt.Task.Job.Reason ?? "");
        }
        else
        {
            turn.Effects.Control(attempt, "thaw", "");
        }
    }

    private static void Freeze(PoolTurn turn, PoolAttempt attempt, string reason)
    {
        (attempt.State, attempt.FrozenAt) = (AttemptState.Frozen, turn.Now);
        TaskRules.Set(turn, attempt.Task, TaskState.Paused);
        turn.Effects.Control(attempt, "freeze", reason);
    }

    private static void Pause(PoolTurn turn, PoolJob job, string reason)
    {
        (job.State, job.Reason, job.PausedAt) = (JobState.Paused, reason, turn.Now);
        turn.Effects.Changed(job);
        foreach (var attempt in Open(job))
        {
            if (attempt.State is AttemptState.Leased or AttemptState.Running)
            {
                Freeze(turn, attempt, reason);
            }
            else if (attempt.State == AttemptState.Frozen)
            {
                turn.Effects.Control(attempt, "freeze", reason); // it waits for a person, and is not to go on with the answer
            }
        }

        AddEnd(turn.State, job, turn.Now);
    }

    /// <summary>A pause does not last for ever: what it froze takes memory that others could use.</summary>
    public static void AddEnd(PoolState state, PoolJob job, long since) =>
        state.Timers.Add(since + state.Settings.PausedMs, later => Over(later, job, since));

    private static void Over(PoolTurn turn, PoolJob job, long since)
    {
        if (!job.Paused || job.PausedAt != since)
        {
            return;
        }

        if (job.Reason == NoCredit)
        {
            JobRules.EndAll(turn, job, JobState.Failed, NoCredit);
            return;
        }

        foreach (var attempt in Open(job))
        {
            TaskRules.StopAttempts(turn, attempt.Task, "paused");
        }
    }

    private static List<PoolAttempt> Open(PoolJob job) =>
        [.. job.Live.Values.SelectMany(task => task.Attempts).Where(attempt => attempt.State.IsOpen())];
}
