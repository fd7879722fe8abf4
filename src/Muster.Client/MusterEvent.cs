using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Client.Approvals;
using Muster.Client.Http;
using Muster.Client.Machines;

namespace Muster.Client;

/// <summary>
/// Something that happened in a conversation or the fleet, as docs/api.md lists them. Serialised as this type, each is one
/// JSON object with its name in <c>event</c>.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(UserMessage), "user_message")]
[JsonDerivedType(typeof(Routed), "routed")]
[JsonDerivedType(typeof(AgentStart), "agent_start")]
[JsonDerivedType(typeof(TurnStart), "turn_start")]
[JsonDerivedType(typeof(MessageStart), "message_start")]
[JsonDerivedType(typeof(MessageUpdate), "message_update")]
[JsonDerivedType(typeof(MessageSnapshot), "message_snapshot")]
[JsonDerivedType(typeof(MessageEnd), "message_end")]
[JsonDerivedType(typeof(ToolStart), "tool_execution_start")]
[JsonDerivedType(typeof(ToolUpdate), "tool_execution_update")]
[JsonDerivedType(typeof(ToolEnd), "tool_execution_end")]
[JsonDerivedType(typeof(TurnEnd), "turn_end")]
[JsonDerivedType(typeof(AgentEnd), "agent_end")]
[JsonDerivedType(typeof(Notice), "notice")]
[JsonDerivedType(typeof(FileSent), "file")]
[JsonDerivedType(typeof(ApprovalChanged), "approval")]
[JsonDerivedType(typeof(NodeChanged), "node")]
[JsonDerivedType(typeof(OtherEvent), "other")]
public abstract record MusterEvent
{
    /// <summary>The event's place in its thread; null for what is not kept (deltas, states).</summary>
    public long? Number { get; init; }

    /// <summary>One line: <c>{"event":"routed","number":3,…}</c>.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ClientJson.Default.MusterEvent);
}

public sealed record UserMessage(string MessageId, string Text, DateTimeOffset? At, string? User, string? Channel) : MusterEvent;

/// <param name="Reason">A sentence: why this machine.</param>
/// <param name="Steered">The message joined a run that was already working.</param>
public sealed record Routed(string MessageId, string RunId, string? NodeId, string? Node, string? Reason, bool Steered) : MusterEvent;

public sealed record AgentStart(string RunId, string? Node, string? Model, bool Resumed) : MusterEvent;

public sealed record TurnStart(string RunId, int Turn) : MusterEvent;

public sealed record MessageStart(string RunId, string MessageId, string Role) : MusterEvent;

/// <param name="Kind"><c>text</c>, <c>thinking</c> or <c>tool_call</c>.</param>
/// <param name="Offset">Characters of this block before <paramref name="Delta"/>.</param>
public sealed record MessageUpdate(string RunId, string MessageId, int Index, string Kind, int Offset, string Delta, string? Name) : MusterEvent;

public sealed record MessageSnapshot(string RunId, string MessageId, IReadOnlyList<SnapshotBlock> Blocks) : MusterEvent;

public sealed record SnapshotBlock(int Index, string Kind, string Text, string? Name);

public sealed record MessageEnd(string RunId, ThreadMessage Message) : MusterEvent;

public sealed record ToolStart(string RunId, string ToolCallId, string ToolName, JsonElement Args) : MusterEvent;

/// <param name="Text">The output so far, or its last 4 KiB.</param>
public sealed record ToolUpdate(string RunId, string ToolCallId, string Text) : MusterEvent;

public sealed record ToolEnd(string RunId, string ToolCallId, string ToolName, bool IsError, string? Text, JsonElement? Details) : MusterEvent;

public sealed record TurnEnd(string RunId, int Turn) : MusterEvent;

/// <param name="Outcome"><c>completed</c>, <c>aborted</c>, <c>failed</c>, <c>turn_limit</c> or <c>interrupted</c>.</param>
public sealed record AgentEnd(string RunId, string Outcome, string? Error, TokenUsage? Usage) : MusterEvent;

/// <param name="Level"><c>info</c>, <c>warning</c> or <c>error</c>.</param>
/// <param name="ReplyTo">The message that this answers, if it does.</param>
public sealed record Notice(string Kind, string Text, string? Level, string? ReplyTo, string? Node) : MusterEvent;

/// <summary>A file for the person: one that the assistant sent, or the whole output of a background task.</summary>
/// <param name="Sha256">For <see cref="Artifacts.ArtifactClient.DownloadAsync"/>.</param>
/// <param name="Url">On the hub, for a browser that is signed in.</param>
public sealed record FileSent(string Name, long Size, string Sha256, string? Url, string? Node) : MusterEvent;

public sealed record ApprovalChanged(ApprovalInfo Approval) : MusterEvent;

public sealed record NodeChanged(NodeInfo Node) : MusterEvent;

/// <summary>An event that this version does not know.</summary>
public sealed record OtherEvent(string Name, JsonElement Data) : MusterEvent;

/// <summary>Tokens as the model's provider counts them.</summary>
public sealed record TokenUsage(long Input, long Output);
