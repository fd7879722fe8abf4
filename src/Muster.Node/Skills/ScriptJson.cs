using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Node.Skills;

/// <param name="Mode">list or call.</param>
internal sealed record ScriptRequest(string Mode, string Name, string Path, string Source, string? Tool = null, bool Registered = false, JsonElement? Arguments = null);

/// <summary>What the runner answers: one of the three.</summary>
internal sealed record ScriptAnswer(string? Text, string? Error, IReadOnlyList<ScriptFunction>? Tools);

/// <param name="Properties">Of its arguments, by JSON Schema; all are required.</param>
/// <param name="Registered">Given by register_skills; it takes one text.</param>
internal sealed record ScriptFunction(string Name, string Description, JsonElement Properties, bool Registered);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScriptRequest))]
[JsonSerializable(typeof(ScriptAnswer))]
internal sealed partial class ScriptJson : JsonSerializerContext
{
    /// <summary>One line, whatever is in it; as short as it can be.</summary>
    public static ScriptJson Line { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
