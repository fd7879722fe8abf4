using System.Text.Json.Serialization;
using Muster.Client.Wallet;
using Muster.Protocol.Ids;

namespace Muster.Client.Jobs;

/// <summary>A job as the hub knows it now.</summary>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>paused</c>, <c>succeeded</c>, <c>failed</c>, <c>cancelled</c> or <c>expired</c>.</param>
/// <param name="Reason">A sentence, where the state alone does not say it all.</param>
/// <param name="Priority"><c>low</c>, <c>normal</c>, <c>high</c> or <c>urgent</c>.</param>
/// <param name="Owner">Name of the user who submitted it.</param>
/// <param name="Tasks">How many there are in all.</param>
/// <param name="Cost">In CPT, up to now; null while nothing was paid.</param>
/// <param name="Hold">In CPT; null where nothing is set aside for it.</param>
/// <param name="Steps">The entries of its spec; null in lists and events.</param>
/// <param name="ConversationId">The conversation that it works for; null where there is none, for those who do not own it, and in lists and events.</param>
public sealed record JobInfo(
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
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Cost,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Hold,
    IReadOnlyList<StepInfo>? Steps = null,
    string? ConversationId = null)
{
    /// <summary>Nothing of it will change any more, unless it is retried.</summary>
    [JsonIgnore]
    public bool IsOver => State is "succeeded" or "failed" or "cancelled" or "expired";
}

/// <summary>How many tasks are in which state; together all of them.</summary>
/// <param name="Waiting">No machine has them yet.</param>
public sealed record TaskCounts(int Waiting, int Running, int Verifying, int Succeeded, int Failed, int Cancelled, int Expired, int Skipped)
{
    [JsonIgnore]
    public int Over => Succeeded + Failed + Cancelled + Expired + Skipped;
}

/// <param name="Runtime"><c>process</c>, <c>container</c>, <c>agent</c> or <c>function</c>.</param>
/// <param name="After">Ids of the steps that it waits for.</param>
/// <param name="Objective">What agents are to achieve; null for other runtimes.</param>
public sealed record StepInfo(string Id, string Runtime, int Tasks, IReadOnlyList<string> After, TaskCounts Counts, string? Objective = null);

/// <summary>One task of a job.</summary>
/// <param name="Index">What <c>${index}</c> is in it.</param>
/// <param name="State"><c>blocked</c>, <c>ready</c>, <c>leased</c>, <c>running</c>, <c>verifying</c>, <c>paused</c>, <c>succeeded</c>,
/// <c>failed</c>, <c>cancelled</c>, <c>expired</c> or <c>skipped</c>.</param>
/// <param name="Node">Name of the machine of its last attempt.</param>
/// <param name="ExitCode">Of its last attempt, once that is over.</param>
/// <param name="History">Its attempts, in pages of up to 100 tasks; null in larger ones and in events.</param>
/// <param name="Verification">Of an agent's task that succeeded: <c>verified</c> where its machine recorded that what it did worked, else <c>claimed</c>.</param>
/// <param name="Evidence">What its machine recorded.</param>
public sealed record TaskInfo(
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
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Cost,
    IReadOnlyList<AttemptInfo>? History = null,
    string? Verification = null,
    IReadOnlyList<EvidenceInfo>? Evidence = null,
    IReadOnlyList<SaidInfo>? Said = null)
{
    [JsonIgnore]
    public bool IsOver => State is "succeeded" or "failed" or "cancelled" or "expired" or "skipped";
}

/// <param name="Number">From 1 on.</param>
/// <param name="Outcome"><c>succeeded</c>, <c>failed</c>, <c>timed_out</c>, <c>out_of_memory</c>, <c>out_of_disk</c>, <c>stopped</c>, <c>lost</c> or
/// <c>refused</c>; null while it runs.</param>
/// <param name="Error">A sentence about what went wrong besides the program's own exit code.</param>
/// <param name="Outputs">Files that it left; each can be downloaded by its hash.</param>
/// <param name="Log">All that it printed.</param>
/// <param name="Receipt">The machine has signed what it did.</param>
public sealed record AttemptInfo(
    int Number,
    string Node,
    string State,
    string? Outcome,
    int? ExitCode,
    string? Error,
    DateTimeOffset LeasedAt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? EndedAt,
    UseInfo? Usage,
    IReadOnlyList<OutputInfo> Outputs,
    OutputInfo? Log,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Cost,
    bool Receipt);

public sealed record UseInfo(double CpuSeconds, long PeakMemoryBytes, double WallSeconds, long BytesIn, long BytesOut, double GpuSeconds);

/// <param name="Path">In the task's work folder, with forward slashes.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Size">In bytes.</param>
public sealed record OutputInfo(string Path, string Sha256, long Size);

/// <summary>A task, and the job that it is of.</summary>
public sealed record RecentTask(JobInfo Job, TaskInfo Task)
{
    /// <summary>Its place in the job, from 0 on.</summary>
    public int Place => TaskIds.IndexIn(Id<Job>.Parse(Job.Id), Id<TaskKind>.Parse(Task.Id)) ?? 0;
}

internal sealed record CancelRequest(string? Reason);

internal sealed record ResumeRequest([property: JsonConverter(typeof(CreditsAsText))] decimal? MoreCpt);

internal sealed record SteerRequest(string Text, bool Interrupt, string Id);

/// <param name="Id">Of what was said.</param>
/// <param name="Tasks">Those of agents that are not over, in their order; of a job that has very many, the first.</param>
public sealed record SteeredInfo(string Id, IReadOnlyList<SteeredTaskInfo> Tasks);

/// <param name="Node">Where it works; null: it hears it when it begins.</param>
/// <param name="Reason">Why its agent cannot hear it; null: it does.</param>
public sealed record SteeredTaskInfo(string Id, string Step, long Index, string State, string? Node, string? Reason);

/// <summary>Something that was said to the agent of a task.</summary>
/// <param name="Heard">It has taken it up, as its machine says at its end; null: it has not ended.</param>
public sealed record SaidInfo(string Id, string Text, string By, DateTimeOffset At, bool? Heard);

/// <summary>One thing that a machine recorded of what an agent did there.</summary>
/// <param name="Kind"><c>command</c>, <c>tests</c>, <c>file</c> or <c>fetch</c>.</param>
/// <param name="Passed">It shows that what was done succeeded.</param>
/// <param name="HttpStatus">Of a fetch: what the server answered.</param>
public sealed record EvidenceInfo(string Kind, string Subject, bool Passed, int? ExitCode, int? HttpStatus = null);
