using System.Text.Json;
using Muster.Hub.Jobs.Steering;

namespace Muster.Hub.Jobs.Views;

/// <param name="Spec">A spec as an object, or its YAML or JSON text.</param>
/// <param name="Files">Hashes of the local files that the spec names.</param>
/// <param name="MaxCpt">Most that it may cost, over what the spec says.</param>
public sealed record JobRequest(JsonElement Spec, IReadOnlyDictionary<string, JobFile>? Files, string? MaxCpt, string? Priority);

public sealed record JobFile(string Sha256, long Size);

/// <param name="Waiting">Tasks that have not been leased yet.</param>
/// <param name="Cost">In CPT, up to now.</param>
/// <param name="Hold">In CPT; absent where credits are not in use.</param>
/// <param name="ConversationId">The conversation that it works for, where it is shown by itself to its owner.</param>
/// <param name="Results">The first of them, in the answer to a submission that waits.</param>
public sealed record JobModel(
    string Id,
    string Name,
    string State,
    string? Reason,
    string Priority,
    string Owner,
    DateTimeOffset SubmittedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    int Tasks,
    TaskCounts Counts,
    string? Cost,
    string? Hold,
    IReadOnlyList<StepModel>? Steps = null,
    ResultsModel? Results = null,
    string? ConversationId = null);

public sealed record TaskCounts(int Waiting, int Running, int Verifying, int Succeeded, int Failed, int Cancelled, int Expired, int Skipped);

/// <param name="Objective">What agents are to achieve; null for other runtimes.</param>
public sealed record StepModel(string Id, string Runtime, int Tasks, IReadOnlyList<string> After, TaskCounts Counts, string? Objective = null);

/// <param name="Verification">Of an agent's task that succeeded: <c>verified</c> where its machine recorded that what it did worked, else <c>claimed</c>.</param>
/// <param name="Evidence">What its machine recorded.</param>
/// <param name="Said">What people said to its agent while it worked.</param>
public sealed record TaskModel(
    string Id,
    string Job,
    string Step,
    long Index,
    string State,
    string? Reason,
    int Attempts,
    string? Node,
    int? ExitCode,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    string? Cost,
    IReadOnlyList<AttemptModel>? History = null,
    string? Verification = null,
    IReadOnlyList<EvidenceModel>? Evidence = null,
    IReadOnlyList<SaidModel>? Said = null);

/// <summary>A task where tasks of several jobs are shown.</summary>
public sealed record RecentTaskModel(JobModel Job, TaskModel Task);

public sealed record AttemptModel(
    int Number,
    string Node,
    string State,
    string? Outcome,
    int? ExitCode,
    string? Error,
    DateTimeOffset LeasedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    UsageModel? Usage,
    IReadOnlyList<OutputModel> Outputs,
    OutputModel? Log,
    string? Cost,
    bool Receipt);

public sealed record UsageModel(double CpuSeconds, long PeakMemoryBytes, double WallSeconds, long BytesIn, long BytesOut, double GpuSeconds)
{
    /// <summary>What the models of an agent cost, on whichever machine; null where they had no price.</summary>
    public string? ModelCpt { get; init; }
}

public sealed record OutputModel(string Path, string Sha256, long Size);

/// <param name="Items">In the order of the tasks; only those that are over.</param>
/// <param name="Next">For <c>?from=</c>; null at the end.</param>
public sealed record ResultsModel(string State, IReadOnlyList<ResultModel> Items, int? Next);

/// <param name="Result">Of a function or agent task.</param>
public sealed record ResultModel(int Task, string State, JsonElement? Result, string? Reason);

public sealed record CancelRequest(string? Reason);

/// <param name="MoreCpt">Credits to set aside on top of what was.</param>
public sealed record ResumeRequest(string? MoreCpt);

/// <param name="MissingFiles">Local files to be uploaded first; the rest is there once they are.</param>
/// <param name="Quote">The most that it costs when nothing is tried twice, in CPT.</param>
public sealed record JobPreview(IReadOnlyList<string> MissingFiles, string? Quote, int? Tasks, IReadOnlyList<StepPreview>? Steps);

/// <param name="Problem">Why it could not run as things are, though single machines fit: it needs more of them.</param>
public sealed record StepPreview(string Step, int Tasks, IReadOnlyList<NodeVerdict> Nodes, string? Problem);

/// <param name="Summary">The one sentence that matters most.</param>
public sealed record WhyModel(string Summary, IReadOnlyList<string> Details, IReadOnlyList<NodeVerdict> Nodes);

/// <param name="Reason">The first thing that says no.</param>
/// <param name="Scores">Weighted; the sum decides.</param>
public sealed record NodeVerdict(string Node, bool Fits, string? Reason, IReadOnlyDictionary<string, double>? Scores);
