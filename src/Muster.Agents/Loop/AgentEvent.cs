using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Tools;

namespace Muster.Agents.Loop;

/// <summary>
/// What a run tells its watchers, in the order of pi-mono's agent loop (packages/agent, 0.84.1).
/// Ten events make up a run; <see cref="Retrying"/> and <see cref="Compacted"/> report what the loop did to keep it alive.
/// </summary>
public abstract record AgentEvent
{
    public sealed record AgentStart : AgentEvent;

    /// <param name="Messages">Only what this run added.</param>
    public sealed record AgentEnd(IReadOnlyList<AgentMessage> Messages, RunOutcome Outcome, string? Error) : AgentEvent;

    /// <param name="Turn">From 1.</param>
    public sealed record TurnStart(int Turn) : AgentEvent;

    public sealed record TurnEnd(int Turn, AssistantMessage Message, IReadOnlyList<ToolResultMessage> ToolResults) : AgentEvent;

    /// <summary>For an assistant message, the message is still empty or partial.</summary>
    public sealed record MessageStart(AgentMessage Message) : AgentEvent;

    /// <summary>Assistant messages only.</summary>
    public sealed record MessageUpdate(string MessageId, ModelEvent Update) : AgentEvent;

    public sealed record MessageEnd(AgentMessage Message) : AgentEvent;

    public sealed record ToolExecutionStart(string ToolCallId, string ToolName, JsonElement Args) : AgentEvent;

    public sealed record ToolExecutionUpdate(string ToolCallId, string ToolName, JsonElement Args, ToolResult PartialResult) : AgentEvent;

    public sealed record ToolExecutionEnd(string ToolCallId, string ToolName, ToolResult Result, bool IsError) : AgentEvent;

    /// <summary>A model call failed and is tried again after <paramref name="Delay"/>.</summary>
    public sealed record Retrying(int Attempt, int MaxAttempts, TimeSpan Delay, string Error) : AgentEvent;

    public sealed record Compacted(CompactionReason Reason, int TokensBefore, int TokensAfter, string? Error) : AgentEvent;
}

[JsonConverter(typeof(JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome
{
    [JsonStringEnumMemberName("completed")] Completed,
    [JsonStringEnumMemberName("aborted")] Aborted,
    [JsonStringEnumMemberName("failed")] Failed,
    /// <summary>The turn limit was reached.</summary>
    [JsonStringEnumMemberName("turn_limit")] TurnLimit,
}

[JsonConverter(typeof(JsonStringEnumConverter<CompactionReason>))]
public enum CompactionReason
{
    [JsonStringEnumMemberName("threshold")] Threshold,
    [JsonStringEnumMemberName("overflow")] Overflow,
    /// <summary>Somebody asked for it.</summary>
    [JsonStringEnumMemberName("requested")] Requested,
}
