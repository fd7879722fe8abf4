namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>What happens to jobs as wholes.</summary>
internal static class JobRules
{
    public static void Submit(PoolTurn turn, JobSubmission submission)
    {
        if (turn.State.Find(submission.Id) is null)
        {
            Add(turn, submission);
        }
    }

    public static void Started(PoolTurn turn, PoolJob job)
    {
        if (job.FirstStartAt is null)
        {
            job.FirstStartAt = turn.Now;
            job.State = JobState.Running;
        }

        turn.Effects.Changed(job);
    }

    public static void Cancel(PoolTurn turn, CancelWork cancel)
    {
        if (turn.State.Find(cancel.Job) is not { } job || job.State.IsFinal())
        {
            return;
        }

        if (cancel.Task is not { } index)
        {
            EndAll(turn, job, JobState.Cancelled, cancel.Reason);
            return;
        }

        if (index < 0 || index >= job.TaskCount)
        {
            return;
        }

        var step = job.StepOf(index);
        if (!step.Plan.Gang)
        {
            Cancel(turn, step, index, cancel.Reason);
            return;
        }

        for (var member = step.First; member < step.End; member++)
        {
            Cancel(turn, step, member, cancel.Reason);
        }
    }

    private static void Cancel(PoolTurn turn, PoolStep step, int index, string reason)
    {
        var job = step.Job;
        if (job.Live.TryGetValue(index, out var task))
        {
            TaskRules.StopAttempts(turn, task, "cancelled");
            TaskRules.End(turn, task, TaskState.Cancelled, reason);
        }
        else if (index >= step.NextFresh && !step.Skipped && job.EndedUnleased.Add(index))
        {
            turn.Effects.Unleased.Add((job, index, TaskState.Cancelled));
            job.Counts.Cancelled++;
            turn.Effects.Changed(job);
            TaskOver(turn, step, TaskState.Cancelled);
        }
    }

    /// <summary>Ends what is not over of a job: cancelled, out of time, out of credit.</summary>
    public static void EndAll(PoolTurn turn, PoolJob job, JobState end, string reason)
    {
        var taskEnd = end switch
        {
            JobState.Cancelled => TaskState.Cancelled,
            JobState.Expired => TaskState.Expired,
            _ => TaskState.Failed,
        };
        job.State = end; // before the tasks end, so that none of them starts another
        job.Reason = reason;
        foreach (var task in job.Live.Values.ToList())
        {
            TaskRules.StopAttempts(turn, task, StopWord(end));
            TaskRules.End(turn, task, taskEnd, reason);
        }

        var waiting = job.TaskCount - job.Counts.Over;
        job.Counts.Add(taskEnd, waiting);
        foreach (var step in job.Steps)
        {
            step.Unfinished = 0;
        }

        Finish(turn, job);
    }

    /// <summary>A task of the step is over: others may start, be skipped, or the job is over.</summary>
    public static void TaskOver(PoolTurn turn, PoolStep step, TaskState state)
    {
        step.Unfinished--;
        var job = step.Job;
        turn.Effects.Changed(job);
        if (job.State.IsFinal())
        {
            return;
        }

        if (state != TaskState.Succeeded)
        {
            step.Failed = true;
            SkipAfter(step);
        }
        else if (step.Unfinished == 0)
        {
            foreach (var next in step.Dependents)
            {
                Unblock(turn, job.Steps[next]);
            }
        }

        if (job.Counts.Over == job.TaskCount)
        {
            (job.State, job.Reason) = EndOf(job);
            Finish(turn, job);
        }
    }

    /// <summary>Forgets a job of which nothing may change any more, and gives back what was set aside for it.</summary>
    public static void SettleWhenOver(PoolTurn turn, PoolJob job)
    {
        if (job.State.IsFinal() && job.Live.Count == 0 && turn.State.Jobs.ContainsKey(job.Number))
        {
            turn.State.Remove(job);
            turn.Effects.Changed(job);
            turn.Effects.Settled.Add(job);
        }
    }

    public static PoolJob Add(PoolTurn turn, JobSubmission submission, bool queue = true)
    {
        var job = new PoolJob(turn.State.NextJob++, submission, turn.State.Owner(submission.Owner), turn.Now);
        turn.State.Add(job);
        turn.Effects.NewJobs.Add(job);
        turn.Effects.Submissions.Add(submission);
        turn.Effects.Changed(job);
        if (job.Plan.DeadlineSeconds is { } seconds)
        {
            AddDeadline(turn.State, job, seconds);
        }

        foreach (var step in queue ? job.Steps : [])
        {
            Queue(turn, step);
        }

        return job;
    }

    public static void AddDeadline(PoolState state, PoolJob job, double seconds) => state.Timers.Add(
        job.SubmittedAt + (long)(seconds * 1000),
        later =>
        {
            if (!job.State.IsFinal())
            {
                EndAll(later, job, JobState.Expired, "It was not done before its deadline.");
            }
        });

    private static void Queue(PoolTurn turn, PoolStep step)
    {
        step.Needs.Stuck = false;
        turn.State.Ready.Enqueue(step);
    }

    private static void Unblock(PoolTurn turn, PoolStep step)
    {
        if (--step.WaitsFor == 0 && !step.Skipped)
        {
            Queue(turn, step);
        }
    }

    /// <summary>Whatever waits for this step will never run.</summary>
    public static void SkipAfter(PoolStep failed)
    {
        var waiting = new Stack<int>(failed.Dependents);
        while (waiting.TryPop(out var index))
        {
            var step = failed.Job.Steps[index];
            if (step.Skipped)
            {
                continue;
            }

            step.Skipped = true;
            failed.Job.Counts.Skipped += step.Unfinished;
            step.Unfinished = 0;
            foreach (var next in step.Dependents)
            {
                waiting.Push(next);
            }
        }
    }

    private static (JobState State, string? Reason) EndOf(PoolJob job)
    {
        var counts = job.Counts;
        return counts.Failed > 0 ? (JobState.Failed, counts.Failed == 1 ? "A task failed." : $"{counts.Failed} tasks failed.")
            : counts.Expired > 0 ? (JobState.Expired, job.Reason)
            : counts.Cancelled > 0 && counts.Succeeded == 0 ? (JobState.Cancelled, "All its tasks were cancelled.")
            : counts.Cancelled + counts.Skipped > 0 ? (JobState.Failed, "Some of its tasks were cancelled.")
            : (JobState.Succeeded, null);
    }

    private static void Finish(PoolTurn turn, PoolJob job)
    {
        job.EndedAt = turn.Now;
        turn.Effects.Changed(job);
        SettleWhenOver(turn, job);
    }

    private static string StopWord(JobState end) => end switch
    {
        JobState.Cancelled => "cancelled",
        JobState.Expired => "deadline",
        _ => "out_of_credit",
    };
}
