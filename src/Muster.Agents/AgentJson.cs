using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents;

/// <summary>How messages look in journals, frames and events: snake_case, nulls left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AgentMessage))]
[JsonSerializable(typeof(AgentMessage[]))]
[JsonSerializable(typeof(IReadOnlyList<AgentMessage>))]
[JsonSerializable(typeof(IReadOnlyList<ContentBlock>))]
[JsonSerializable(typeof(JournalRecord))]
[JsonSerializable(typeof(Usage))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(string))]
public sealed partial class AgentJson : JsonSerializerContext;
