using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Agents.Journal;

namespace Muster.Node.Assistant;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(JournalRecord))]
internal sealed partial class RunJson : JsonSerializerContext;
