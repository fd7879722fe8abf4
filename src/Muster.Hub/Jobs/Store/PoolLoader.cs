using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Pool.Rules;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Store;

/// <summary>Builds the pool's state from its rows. Every lease begins anew: time in which the hub could not hear does not count.</summary>
internal static class PoolLoader
{
    public static PoolState Load(PoolImage image, PoolSettings settings, long now)
    {
        var state = new PoolState(settings) { NextJob = image.NextJob, NextBatch = image.NextBatch };
        foreach (var owner in image.Owners)
        {
            state.Owner(Id<User>.Parse(owner.User)).Usage = owner.Usage * Math.Pow(2, (owner.At - settings.UsageEpoch) / (double)settings.HalfLifeMs);
        }

        foreach (var trust in image.Trust)
        {
            var node = state.Node(Id<Node>.Parse(trust.Node));
            (node.Trust, node.Streak) = (trust.Level, trust.Streak);
        }

        var tasks = image.Tasks.ToLookup(task => task.Job);
        foreach (var row in image.Jobs)
        {
            Load(state, row, tasks[row.Number], now);
        }

        foreach (var node in state.Nodes.Values.Where(node => node.Attempts.Count > 0))
        {
            NodeRules.WatchLease(state, node, now);
        }

        return state;
    }

    /// <summary>Takes one job into a state that runs: at a start, or when it is tried again.</summary>
    public static PoolJob Load(PoolState state, JobRow row, IEnumerable<TaskRow> tasks, long now)
    {
        var submission = new JobSubmission(Id<Job>.Parse(row.Id), Id<User>.Parse(row.Owner), row.Plan!, row.Hold, null);
        var job = new PoolJob(row.Number, submission, state.Owner(submission.Owner), row.SubmittedAt)
        {
            State = row.State, Reason = row.Reason, FirstStartAt = row.StartedAt, EndedAt = row.EndedAt, Version = row.Version,
            HoldRest = row.HoldRest, HoldNumber = row.HoldNumber, SpentMicro = row.Spent, PausedAt = row.PausedAt,
        };
        state.Add(job);
        foreach (var task in tasks)
        {
            Load(state, job, task);
        }

        if (job.State.IsFinal())
        {
            Counts(job, row.Counts);
            return job;
        }

        Settle(job);
        Wake(state, job);
        foreach (var step in job.Steps)
        {
            step.GangDone = step.Plan.Gang ? GangRules.Members(step).Count(member => member.State == TaskState.Verifying) : 0;
            state.Ready.Enqueue(step);
        }

        Timers(state, job, now);
        return job;
    }

    private static void Load(PoolState state, PoolJob job, TaskRow row)
    {
        var step = job.StepOf(row.Index);
        job.Counts.Add(row.State, 1);
        step.Unfinished -= row.State.IsFinal() ? 1 : 0;
        step.Failed |= row.State.IsFinal() && row.State != TaskState.Succeeded;
        if (row.Attempt == 0 && row.State.IsFinal())
        {
            job.EndedUnleased.Add(row.Index);
            return;
        }

        step.NextFresh = Math.Max(step.NextFresh, row.Index + 1);
        if (!row.Open)
        {
            return;
        }

        var task = RowReader.Task(state, step, row);
        job.Live.Add(row.Index, task);
        foreach (var attempt in task.Attempts.Where(attempt => attempt.State.IsOpen()))
        {
            Reservation.Restore(attempt);
        }
    }

    /// <summary>Which steps wait, and which are skipped, follows from the tasks that are over.</summary>
    private static void Settle(PoolJob job)
    {
        foreach (var step in job.Steps.Where(step => step.Failed))
        {
            JobRules.SkipAfter(step);
        }

        foreach (var step in job.Steps)
        {
            step.WaitsFor = step.Plan.After.Count(before => job.Steps[before].Unfinished > 0 || job.Steps[before].Failed || job.Steps[before].Skipped);
        }
    }

    /// <summary>Tasks between two attempts.</summary>
    private static void Wake(PoolState state, PoolJob job)
    {
        foreach (var task in job.Live.Values.Where(task => task.NeedsAttempt && !IsAwaited(task)))
        {
            if (task.Step.Plan.Gang)
            {
                task.Step.GangNotBefore = Math.Max(task.Step.GangNotBefore, task.NotBefore);
            }

            state.Timers.Add(task.NotBefore, later => TaskRules.Again(later, task));
        }
    }

    /// <summary>It may not run twice, and its node may come back.</summary>
    private static bool IsAwaited(PoolTask task) => AttemptRules.Awaited(task) is not null;

    private static void Timers(PoolState state, PoolJob job, long now)
    {
        if (job.Plan.DeadlineSeconds is { } seconds)
        {
            JobRules.AddDeadline(state, job, seconds);
        }

        if (job.Paused)
        {
            PauseRules.AddEnd(state, job, job.PausedAt ?? now);
        }

        foreach (var attempt in job.Live.Values.Select(AttemptRules.Awaited).OfType<PoolAttempt>())
        {
            AttemptRules.AddGiveUp(state, attempt, Math.Max(now, attempt.EndedAt));
        }
    }

    private static void Counts(PoolJob job, CountRow row)
    {
        var counts = job.Counts;
        (counts.Running, counts.Verifying, counts.Succeeded, counts.Failed) = (row.Running, row.Verifying, row.Succeeded, row.Failed);
        (counts.Cancelled, counts.Expired, counts.Skipped) = (row.Cancelled, row.Expired, row.Skipped);
    }
}
