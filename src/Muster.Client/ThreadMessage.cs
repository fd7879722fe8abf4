using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Client;

/// <summary>A message of a thread. <see cref="Role"/> is <c>user</c>, <c>assistant</c>, <c>tool_result</c> or <c>summary</c>.</summary>
public sealed record ThreadMessage(string Id, string Role, DateTimeOffset? At, IReadOnlyList<MessageContent> Content)
{
    public string? Model { get; init; }
    public string? StopReason { get; init; }
    public string? ErrorMessage { get; init; }
    public TokenUsage? Usage { get; init; }

    /// <summary>All its text, without thinking and tool calls.</summary>
    [JsonIgnore]
    public string Text => string.Concat(Content.Where(part => part.Type == "text").Select(part => part.Text));
}

/// <summary>A part of a message: <c>text</c> and <c>thinking</c> have <see cref="Text"/>, a <c>tool_call</c> the rest.</summary>
public sealed record MessageContent(string Type, string? Text, string? Id, string? Name, JsonElement? Arguments);
