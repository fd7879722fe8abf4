using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool;

/// <summary>A job that is not over, or that attempts still hold. Changed only by <see cref="PoolState"/> and its rules.</summary>
internal sealed class PoolJob
{
    public PoolJob(long number, JobSubmission submission, PoolOwner owner, long submittedAt)
    {
        (Number, Id, Owner, Plan, SubmittedAt, HoldRest) = (number, submission.Id, owner, submission.Plan, submittedAt, submission.HoldMicro);
        HoldMicro = submission.HoldMicro;
        var first = 0;
        Steps = new PoolStep[Plan.Steps.Count];
        for (var index = 0; index < Steps.Length; index++)
        {
            Steps[index] = new PoolStep(this, index, first);
            first += Plan.Steps[index].Count;
        }

        TaskCount = first;
        AsksForModels = Plan.Steps.Any(step => step.Runtime == TaskRuntime.Agent && (step.MaxModelMicro is not null || Plan.CountsFor.Count > 0));
        foreach (var step in Steps)
        {
            foreach (var before in step.Plan.After)
            {
                Steps[before].Dependents.Add(step.Index);
            }
        }
    }

    public long Number { get; }

    public Id<Job> Id { get; }

    public PoolOwner Owner { get; }

    public JobPlan Plan { get; }

    public PoolStep[] Steps { get; }

    public int TaskCount { get; }

    /// <summary>Agents of it ask the hub before their models' calls.</summary>
    public bool AsksForModels { get; }

    public long SubmittedAt { get; }

    public JobState State { get; set; } = JobState.Queued;

    /// <summary>Why it was paused or ended, for a person.</summary>
    public string? Reason { get; set; }

    public long? FirstStartAt { get; set; }

    public long? EndedAt { get; set; }

    /// <summary>Rises with each change of the job or one of its tasks; numbers the events of the job.</summary>
    public long Version { get; set; }

    public JobCounts Counts { get; } = new();

    /// <summary>Tasks that were leased at least once and are not over, or whose attempts are not.</summary>
    public Dictionary<int, PoolTask> Live { get; } = [];

    /// <summary>Tasks that ended without having been leased, while others of their step were still waiting.</summary>
    public HashSet<int> EndedUnleased { get; } = [];

    public long HoldMicro { get; set; }

    /// <summary>How many holds it had: a job that is tried again gets a new one.</summary>
    public int HoldNumber { get; set; } = 1;

    public string HoldKey => HoldNumber == 1 ? Id.ToString() : $"{Id}:{HoldNumber}";

    public long HoldRest { get; set; }

    public long SpentMicro { get; set; }

    public long? PausedAt { get; set; }

    public bool Paused => State == JobState.Paused;

    public PoolStep StepOf(int task)
    {
        var (low, high) = (0, Steps.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Steps[middle].First <= task)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return Steps[low];
    }
}

/// <summary>How many tasks of a job are in which state; what is in none of them waits.</summary>
internal sealed class JobCounts
{
    public int Running { get; set; }

    public int Verifying { get; set; }

    public int Succeeded { get; set; }

    public int Failed { get; set; }

    public int Cancelled { get; set; }

    public int Expired { get; set; }

    public int Skipped { get; set; }

    public int Over => Succeeded + Failed + Cancelled + Expired + Skipped;

    public void Add(TaskState state, int change)
    {
        switch (state)
        {
            case TaskState.Leased or TaskState.Running or TaskState.Paused: Running += change; break;
            case TaskState.Verifying: Verifying += change; break;
            case TaskState.Succeeded: Succeeded += change; break;
            case TaskState.Failed: Failed += change; break;
            case TaskState.Cancelled: Cancelled += change; break;
            case TaskState.Expired: Expired += change; break;
            case TaskState.Skipped: Skipped += change; break;
        }
    }
}

/// <summary>A user as the pool shares itself out between them.</summary>
internal sealed class PoolOwner(Id<User> id)
{
    public Id<User> Id => id;

    /// <summary>Core seconds, scaled by 2^(days since the epoch of the pool), so that older use weighs less without being touched again.</summary>
    public double Usage { get; set; }

    public bool Dirty { get; set; }
}
