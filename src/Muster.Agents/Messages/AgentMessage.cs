using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Agents.Messages;

/// <summary>One entry of an agent's context. On the wire: an object with <c>role</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "role")]
[JsonDerivedType(typeof(UserMessage), "user")]
[JsonDerivedType(typeof(AssistantMessage), "assistant")]
[JsonDerivedType(typeof(ToolResultMessage), "tool_result")]
[JsonDerivedType(typeof(SummaryMessage), "summary")]
public abstract record AgentMessage
{
    /// <summary>Names this message in events and journals; unique within a run.</summary>
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    public IReadOnlyList<ContentBlock> Content { get; init; } = [];

    /// <summary>All text blocks, joined.</summary>
    [JsonIgnore]
    public string Text => string.Concat(Content.OfType<TextBlock>().Select(block => block.Text));
}

/// <summary>What a person (or another machine on their behalf) said.</summary>
public sealed record UserMessage : AgentMessage
{
    /// <summary>Set when the turn happened on another machine: its name.</summary>
    public string? Origin { get; init; }
}

/// <summary>One answer of a model, whole. Failures are answers too: see <see cref="StopReason"/>.</summary>
public sealed record AssistantMessage : AgentMessage
{
    public required string Model { get; init; }
    public required StopReason StopReason { get; init; }
    public string? ErrorMessage { get; init; }
    public ModelFailure? Failure { get; init; }
    public Usage Usage { get; init; } = Usage.None;

    /// <summary>Set when the turn happened on another machine: its name.</summary>
    public string? Origin { get; init; }

    [JsonIgnore]
    public IEnumerable<ToolCallBlock> ToolCalls => Content.OfType<ToolCallBlock>();
}

/// <summary>The answer to one tool call. <see cref="AgentMessage.Content"/> goes to the model, <see cref="Details"/> only to people.</summary>
public sealed record ToolResultMessage : AgentMessage
{
    public required string ToolCallId { get; init; }
    public required string ToolName { get; init; }
    public JsonElement? Details { get; init; }
    public bool IsError { get; init; }
}

/// <summary>Stands for everything before it, after a compaction.</summary>
public sealed record SummaryMessage : AgentMessage
{
    public int TokensBefore { get; init; }

    /// <summary>What the model call that wrote it used.</summary>
    public Usage Usage { get; init; } = Usage.None;
}

[JsonConverter(typeof(JsonStringEnumConverter<StopReason>))]
public enum StopReason
{
    [JsonStringEnumMemberName("stop")] Stop,
    [JsonStringEnumMemberName("length")] Length,
    [JsonStringEnumMemberName("tool_use")] ToolUse,
    [JsonStringEnumMemberName("error")] Error,
    [JsonStringEnumMemberName("aborted")] Aborted,

    /// <summary>The built-in rules do not know the request, or there is no tool for it here.</summary>
    [JsonStringEnumMemberName("unable")] Unable,
}
