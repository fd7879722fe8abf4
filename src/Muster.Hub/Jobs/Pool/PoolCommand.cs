using System.Runtime.InteropServices;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool;

/// <summary>Everything that may change the pool. Applying one twice changes nothing more.</summary>
public abstract record PoolCommand;

public sealed record SubmitJob(JobSubmission Submission) : PoolCommand;

/// <param name="Task">Null: the whole job.</param>
public sealed record CancelWork(Id<Job> Job, int? Task, string Reason) : PoolCommand;

/// <summary>Something was said to agents, and is stored.</summary>
/// <param name="Task">Null: to all of the job.</param>
public sealed record SteerWork(Id<Job> Job, int? Task) : PoolCommand;

/// <summary>Stops what runs and leases nothing more until <see cref="ResumeJob"/>.</summary>
public sealed record PauseJob(Id<Job> Job, string Reason) : PoolCommand;

/// <param name="MoreMicro">Credits that were added to the job's hold.</param>
public sealed record ResumeJob(Id<Job> Job, long MoreMicro) : PoolCommand;

/// <summary>An agent waits for a person before its model's next call, or does so no more.</summary>
/// <param name="Reason">For what; null: it goes on.</param>
public sealed record AttemptWaits(Id<Node> Node, AttemptName Attempt, string? Reason) : PoolCommand;

/// <summary>An agent may not call its model, and would not be allowed to in another try.</summary>
public sealed record AttemptRefused(Id<Node> Node, AttemptName Attempt) : PoolCommand;

/// <summary>A person changed what the models of tasks may cost.</summary>
/// <param name="Limits">In micro-credits, by the task's index.</param>
/// <param name="MoreMicro">Credits that were added to the job's hold.</param>
public sealed record AllowModels(Id<Job> Job, IReadOnlyDictionary<int, long> Limits, long MoreMicro) : PoolCommand;

/// <summary>A node's link is open.</summary>
/// <param name="Held">Attempts that it says it holds.</param>
public sealed record NodeConnected(Id<Node> Node, NodeTerms Terms, IReadOnlyList<AttemptName> Held) : PoolCommand;

/// <summary>Its link is over; its lease runs on.</summary>
public sealed record NodeDisconnected(Id<Node> Node) : PoolCommand;

public sealed record NodeRemoved(Id<Node> Node) : PoolCommand;

public sealed record NodeChanged(Id<Node> Node, NodeTerms Terms) : PoolCommand;

/// <summary>A sign of life.</summary>
public sealed record NodeHeard(Id<Node> Node) : PoolCommand;

/// <summary>Inputs that a node has now, by the first 16 bytes of their hash.</summary>
public sealed record NodeData(Id<Node> Node, IReadOnlyList<UInt128> Data) : PoolCommand;

public sealed record NodeTrust(Id<Node> Node, TrustLevel Level) : PoolCommand;

public sealed record AttemptsBegan(Id<Node> Node, IReadOnlyList<AttemptName> Attempts) : PoolCommand;

public sealed record AttemptsEnded(Id<Node> Node, IReadOnlyList<AttemptEnd> Ends, ReceiptBatch? Batch) : PoolCommand;

public sealed record AttemptUsed(Id<Node> Node, AttemptName Attempt, AttemptUse Use) : PoolCommand;

/// <summary>Takes what already runs on a node into the pool, as the first attempt of a job of one task.</summary>
/// <param name="NodeName">For a pool that does not know the node yet, as <paramref name="NodeOwner"/>.</param>
/// <param name="StartedAt">Unix milliseconds.</param>
public sealed record AdoptWork(JobSubmission Submission, Id<Node> Node, string NodeName, Id<User> NodeOwner, long StartedAt) : PoolCommand;

/// <summary>Takes a job that is over up again: what failed, was cancelled or skipped is to be done.</summary>
/// <param name="Row">As stored, with its plan.</param>
internal sealed record RetryJob(Store.JobRow Row, IReadOnlyList<Store.TaskRow> Tasks, long HoldMicro) : PoolCommand;

/// <summary>Time has passed.</summary>
public sealed record PoolTick : PoolCommand;

[StructLayout(LayoutKind.Auto)]
public readonly record struct AttemptName(long Job, int Task, int Attempt);

/// <summary>What a node says of an attempt that is over.</summary>
public sealed record AttemptEnd
{
    /// <summary>With the job number 0: the first attempt of <see cref="JobId"/>, whose number its node has not heard yet.</summary>
    public required AttemptName Name { get; init; }

    public Id<Job>? JobId { get; init; }

    public required AttemptOutcome Outcome { get; init; }

    public int ExitCode { get; init; }

    public ReadOnlyMemory<byte> Result { get; init; }

    public IReadOnlyList<AttemptOutput> Outputs { get; init; } = [];

    public AttemptOutput? Log { get; init; }

    /// <summary>The log itself where it is short.</summary>
    public ReadOnlyMemory<byte> LogText { get; init; }

    public AttemptUse Use { get; init; }

    public string Error { get; init; } = "";

    public double StartedAt { get; init; }

    public ReadOnlyMemory<byte> OutputsHash { get; init; }

    /// <summary>Ids of what was said to its agent and taken up.</summary>
    public IReadOnlyList<string> Heard { get; init; } = [];

    /// <summary>Number of the batch of receipts that holds its own; 0: none.</summary>
    public long Batch { get; set; }

    /// <summary>Position of its receipt in the batch.</summary>
    public int Leaf { get; init; }
}

public enum AttemptOutcome
{
    Succeeded,
    Failed,
    TimedOut,
    Stopped,
    OutOfMemory,
    OutOfDisk,
    /// <summary>The node cannot run it: its sandbox is gone, an input is missing.</summary>
    Refused,
    /// <summary>The node does not know what became of it.</summary>
    Lost,
}

public sealed record AttemptOutput(string Path, ReadOnlyMemory<byte> Sha256, long Size);

[StructLayout(LayoutKind.Auto)]
public readonly record struct AttemptUse(double CpuSeconds, long PeakMemoryBytes, double WallSeconds, long BytesIn, long BytesOut, double GpuSeconds)
{
    /// <summary>What the models of an agent cost, in micro-credits.</summary>
    public long ModelMicro { get; init; }
}

/// <summary>A node's signature over the root of a batch of results.</summary>
public sealed record ReceiptBatch(ReadOnlyMemory<byte> Root, ReadOnlyMemory<byte> Signature, IReadOnlyList<ReadOnlyMemory<byte>> Leaves, byte[] NodeKey);
