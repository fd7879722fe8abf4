using System.Text.Json.Serialization;
using Muster.Hub.Jobs.Probes;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs;

/// <summary>A job as the pool works on it: a checked spec with every default filled in.</summary>
public sealed record JobPlan
{
    public required string Name { get; init; }

    public required IReadOnlyList<StepPlan> Steps { get; init; }

    public JobPriority Priority { get; init; } = JobPriority.Normal;

    /// <summary>Most that it may cost, in micro-credits; null: what the quote says.</summary>
    public long? MaxMicro { get; init; }

    /// <summary>Number of the price list that was published when it was submitted, by which it is billed; 0: none was.</summary>
    public int Prices { get; init; }

    /// <summary>The conversation, schedules and keys whose limits the models of its agents count against.</summary>
    public IReadOnlyList<string> CountsFor { get; init; } = [];

    /// <summary>A conversation's own work: on another person's machine the models of its agents are paid call by call, as those of its runs are.</summary>
    public bool PaysByCall { get; init; }

    /// <summary>From submission to the end, in seconds; null: none.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Fill one node before the next is used, instead of spreading.</summary>
    public bool Pack { get; init; }

    /// <summary>A tool call that goes on behind its run; null for every job that was submitted.</summary>
    public BackgroundPlan? Background { get; init; }

    /// <summary>One request to many machines; null for every other job.</summary>
    public FleetPlan? Fleet { get; init; }

    /// <summary>The conversation whose plan it carries out; null for every other job.</summary>
    public ChatPlan? Chat { get; init; }

    /// <summary>The hub itself made it and knows the answer; null for every job of a user.</summary>
    public ProbePlan? Probe { get; init; }
}

/// <summary>Whose tool call a background task is, and what is to be said when it is over.</summary>
/// <param name="Line">The command or prompt as given.</param>
/// <param name="Then">What the assistant is asked to do when it is over; empty: nothing.</param>
public sealed record BackgroundPlan(string Conversation, string Run, string Node, string Tool, string Line, string Then, bool Chinese);

/// <summary>Where its agents ask a person for a yes, and what they change is taken back.</summary>
/// <param name="Run">The hub's own, which made the plan.</param>
public sealed record ChatPlan(string Conversation, string Message, string Run);

/// <summary>A request to many machines, and what was found out about them before they were asked.</summary>
/// <param name="ApprovedBy">Who said yes to exactly this on all of them; empty: nobody.</param>
/// <param name="Targets">Names of those that are asked, in this and further jobs of the request.</param>
/// <param name="Refused">Those that cannot be.</param>
/// <param name="Concurrency">How many at one time.</param>
public sealed record FleetPlan(
    string Conversation, string Message, string ApprovedBy, IReadOnlyList<string> Targets, IReadOnlyList<string> Offline, IReadOnlyList<FleetRefusal> Refused, int Concurrency);

public sealed record FleetRefusal(string Node, string Reason);

public enum JobPriority
{
    Low,
    Normal,
    High,
    Urgent,
}

public enum TaskRuntime
{
    Process,
    Container,
    Agent,
    Function,
}

public enum TaskIsolation
{
    /// <summary>On the machine itself, which is the submitter's own; not "at least nothing".</summary>
    None,
    Process,
    Container,
}

/// <summary>One entry of a spec: a task, or an array of them.</summary>
public sealed record StepPlan
{
    public required string Id { get; init; }

    public TaskRuntime Runtime { get; init; }

    public IReadOnlyList<string> Command { get; init; } = [];

    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<InputPlan> Inputs { get; init; } = [];

    public IReadOnlyList<string> Outputs { get; init; } = [];

    public NeedsPlan Needs { get; init; } = new();

    public double TimeoutSeconds { get; init; } = 600;

    /// <summary>Most that the models of an agent may cost, in micro-credits, for each task.</summary>
    public long? MaxModelMicro { get; init; }

    /// <summary>That much of each task is in the job's hold, as another person's machine may do it.</summary>
    public bool ModelsHeld { get; init; }

    public int Retries { get; init; }

    /// <summary>Copies that must agree; 1: none is checked.</summary>
    public int Copies { get; init; } = 1;

    /// <summary>Indexes of the steps that must have succeeded.</summary>
    public IReadOnlyList<int> After { get; init; } = [];

    public int Count { get; init; } = 1;

    /// <summary>Value of <c>${index}</c> of the first task.</summary>
    public long FirstIndex { get; init; }

    public bool Array { get; init; }

    /// <summary>All tasks of the step at once, each on a node of its own, or none.</summary>
    public bool Gang { get; init; }

    public bool AtMostOnce { get; init; }

    /// <summary>May be stopped and queued again for work of a higher priority.</summary>
    public bool Preemptible { get; init; }

    /// <summary>How long an <see cref="AtMostOnce"/> task waits for a lost node.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double LostWaitSeconds { get; init; } = 600;

    public string? Image { get; init; }

    public string Pull { get; init; } = "missing";

    public string? Function { get; init; }

    public string? Objective { get; init; }

    public IReadOnlyList<string> Skills { get; init; } = [];

    /// <summary>What an agent is told beside its objective, of work that another job did; null for every spec of a user.</summary>
    public string? Handed { get; init; }

    /// <summary>Path of the input that is a ZIP, to be unpacked in the work folder before the start.</summary>
    public string? Package { get; init; }

    /// <summary>Script in the unpacked package, which the node runs in the script's own folder; there is no command then.</summary>
    public string? Entry { get; init; }
}

/// <param name="Path">Where it lies in the work folder; a folder ends with <c>/</c>.</param>
/// <param name="Sha256">Hash of an artifact; null with <paramref name="FromStep"/> or <see cref="Each"/>.</param>
/// <param name="Size">0 where only the hash was given.</param>
/// <param name="FromStep">Index of the step whose outputs are meant.</param>
public sealed record InputPlan(string Path, string? Sha256, long Size, int? FromStep)
{
    /// <summary>A file for each task of an array, in their order; null: the same for all.</summary>
    public IReadOnlyList<InputFile>? Each { get; init; }
}

public sealed record InputFile(string Sha256, long Size);

public sealed record NeedsPlan
{
    public double Cpu { get; init; } = 1;

    public long MemoryBytes { get; init; } = 256L << 20;

    public long DiskBytes { get; init; } = 1L << 30;

    public int Gpu { get; init; }

    public long GpuMemoryBytes { get; init; }

    public string? GpuName { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string? Location { get; init; }

    public double CpuScore { get; init; }

    public double GpuScore { get; init; }

    // Kept also where it is the first of its words: left out, it would be read as the default.
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public TaskIsolation Isolation { get; init; } = TaskIsolation.Process;

    /// <summary>Hosts that may be reached; <c>*</c> is everything public.</summary>
    public IReadOnlyList<string> Network { get; init; } = [];

    /// <summary>Highest price factor of a node, in thousandths; 0: any.</summary>
    public long MaxPrice { get; init; }

    /// <summary>Only nodes of at least this level.</summary>
    public TrustLevel Trust { get; init; } = TrustLevel.New;

    /// <summary>Only this node.</summary>
    public string? Node { get; init; }
}

/// <summary>Ordered: what may be asked for is at least this.</summary>
public enum TrustLevel
{
    Suspended,
    New,
    Probation,
    Trusted,
}

/// <summary>A job that is to be taken in.</summary>
/// <param name="HoldMicro">Credits set aside; 0 where credits are not in use.</param>
public sealed record JobSubmission(Id<Job> Id, Id<User> Owner, JobPlan Plan, long HoldMicro, IReadOnlyList<ReadOnlyMemory<byte>>? Payloads);
