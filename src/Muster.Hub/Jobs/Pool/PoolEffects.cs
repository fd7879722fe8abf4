using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool;

/// <summary>What a turn has changed, to be written in one transaction, and what is to be sent after its commit.</summary>
internal sealed class PoolEffects
{
    public List<PoolJob> NewJobs { get; } = [];

    public List<JobSubmission> Submissions { get; } = [];

    public HashSet<PoolJob> Jobs { get; } = [];

    public List<PoolTask> Tasks { get; } = [];

    /// <summary>Tasks that ended without ever having been leased.</summary>
    public List<(PoolJob Job, int Task, TaskState State)> Unleased { get; } = [];

    public HashSet<PoolOwner> Owners { get; } = [];

    public HashSet<PoolNode> Trust { get; } = [];

    /// <summary>Nodes of which an admin should hear that a result of theirs was wrong.</summary>
    public HashSet<PoolNode> Wrong { get; } = [];

    public List<(Id<Node> Node, long Number, ReceiptBatch Batch)> Receipts { get; } = [];

    public List<Charge> Charges { get; } = [];

    /// <summary>Jobs whose holds may be released: everything of them is over and paid.</summary>
    public List<PoolJob> Settled { get; } = [];

    public List<PoolAttempt> Leases { get; } = [];

    /// <summary>What nodes said of attempts, and is believed.</summary>
    public List<AttemptEnd> Ends { get; } = [];

    /// <summary>Attempts that are over, well or not.</summary>
    public List<AttemptName> Ended { get; } = [];

    /// <summary>Background tasks that came to an end, by what their node said or because it said nothing.</summary>
    public List<(PoolJob Job, AttemptEnd End)> Background { get; } = [];

    /// <summary>Ends of which the pool wants nothing any more.</summary>
    public List<(Id<Node> Node, AttemptEnd End)> Late { get; } = [];

    public List<ControlOrder> Controls { get; } = [];

    /// <summary>Attempts whose agents are to hear what is said to them.</summary>
    public HashSet<PoolAttempt> Told { get; } = [];

    /// <summary>Nodes whose connection is to begin anew: they are to say what they still hold.</summary>
    public List<Id<Node>> Cuts { get; } = [];

    public List<PoolNotice> Notices { get; } = [];

    public bool IsEmpty =>
        NewJobs.Count == 0 && Jobs.Count == 0 && Tasks.Count == 0 && Unleased.Count == 0 && Owners.Count == 0 && Trust.Count == 0
        && Receipts.Count == 0 && Charges.Count == 0 && Settled.Count == 0 && Late.Count == 0;

    public void Changed(PoolJob job)
    {
        if (Jobs.Add(job))
        {
            job.Version++;
        }
    }

    public void Changed(PoolTask task)
    {
        Changed(task.Job);
        task.Version = task.Job.Version;
        if (!task.Dirty)
        {
            task.Dirty = true;
            Tasks.Add(task);
        }
    }

    public void Control(PoolAttempt attempt, string action, string reason) => Controls.Add(
        new ControlOrder(attempt.Node.Id, new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number), action, reason));
}

/// <summary>Money for an attempt. Every charge of a job is taken from its hold, or gives back to it.</summary>
/// <param name="Part">Its number among the charges of the attempt, so that each is made once.</param>
internal sealed record Charge(PoolAttempt Attempt, ChargeKind Kind, long Micro, int Part);

internal enum ChargeKind
{
    /// <summary>Hold to the platform.</summary>
    Base,
    /// <summary>Hold to the node's owner.</summary>
    Earn,
    /// <summary>Hold to escrow: metered, not yet earned.</summary>
    Escrow,
    /// <summary>Escrow to the node's owner.</summary>
    PayOut,
    /// <summary>Escrow back to the hold.</summary>
    Refund,
}

internal sealed record ControlOrder(Id<Node> Node, AttemptName Attempt, string Action, string Reason);

/// <summary>What the owner of a job is to be told.</summary>
internal sealed record PoolNotice(PoolJob Job, string Kind, string Detail)
{
    public const string OutOfCredit = "out_of_credit";

    /// <summary>The detail is the machine's name.</summary>
    public const string Lost = "lost";

    /// <summary>The detail is what was said to its agents, and none heard.</summary>
    public const string Unheard = "unheard";
}
