using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Journal;

/// <summary>
/// One line of a run's journal. An intent comes before its effect, a result after it; replaying the records in order
/// rebuilds the run (after pi-mono's harness v2).
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(RunStarted), "run_started")]
[JsonDerivedType(typeof(ModelCallStarted), "model_call_started")]
[JsonDerivedType(typeof(MessageAdded), "message_added")]
[JsonDerivedType(typeof(ToolStarted), "tool_started")]
[JsonDerivedType(typeof(ToolFinished), "tool_finished")]
[JsonDerivedType(typeof(Queued), "queued")]
[JsonDerivedType(typeof(Unqueued), "unqueued")]
[JsonDerivedType(typeof(ContextCompacted), "compacted")]
[JsonDerivedType(typeof(AbortRequested), "abort_requested")]
[JsonDerivedType(typeof(RunFinished), "run_finished")]
public abstract record JournalRecord
{
    /// <param name="Context">What the agent knew before this run.</param>
    public sealed record RunStarted(IReadOnlyList<AgentMessage> Context, IReadOnlyList<AgentMessage> Prompts) : JournalRecord;

    /// <param name="Attempt">From 1; counts retries of the same turn and survives a crash.</param>
    public sealed record ModelCallStarted(int Turn, int Attempt, string MessageId) : JournalRecord;

    public sealed record MessageAdded(AgentMessage Message) : JournalRecord;

    public sealed record ToolStarted(string ToolCallId, string ToolName, JsonElement Args, Replay Replay) : JournalRecord;

    /// <param name="Terminate">As <see cref="ToolResult.Terminate"/>.</param>
    public sealed record ToolFinished(string ToolCallId, ToolResultMessage Result, bool Terminate = false) : JournalRecord;

    public sealed record Queued(QueueKind Kind, AgentMessage Message) : JournalRecord;

    /// <param name="FirstKeptMessageId">The oldest message that stays behind the summary.</param>
    /// <summary>Queued messages were taken back by the host.</summary>
    public sealed record Unqueued(IReadOnlyList<string> MessageIds) : JournalRecord;

    public sealed record ContextCompacted(SummaryMessage Summary, string? FirstKeptMessageId) : JournalRecord;

    public sealed record AbortRequested : JournalRecord;

    public sealed record RunFinished(RunOutcome Outcome, string? Error) : JournalRecord;
}

[JsonConverter(typeof(JsonStringEnumConverter<QueueKind>))]
public enum QueueKind
{
    [JsonStringEnumMemberName("steering")] Steering,
    [JsonStringEnumMemberName("follow_up")] FollowUp,
}
