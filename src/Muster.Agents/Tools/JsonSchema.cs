using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Agents.Tools;

/// <summary>
/// Checks a tool's arguments against the part of JSON Schema that tools use, on a copy, turning what a model plainly
/// meant into the type that is wanted: "5" into 5, 5 into "5", "true" into true. Stands in for JsonSchema.Net, which is
/// not to be had here; coercion follows Ajv's <c>coerceTypes</c>, except that null for an optional property counts as left out.
/// Known: type, properties, required, additionalProperties, enum, const, items, minItems, maxItems, minimum, maximum,
/// exclusiveMinimum, exclusiveMaximum, minLength, maxLength, pattern, default, anyOf, oneOf, allOf. The rest is ignored.
/// </summary>
public static class JsonSchema
{
    /// <summary>The coerced copy with defaults filled in, and everything that is wrong with it.</summary>
    public static JsonSchemaResult Check(JsonElement schema, JsonElement value)
    {
        var problems = new List<JsonSchemaProblem>();
        var node = new JsonSchemaWalk(problems, coerce: true).Check(schema, ToNode(value), "");
        return new JsonSchemaResult(ToElement(node), problems);
    }

    /// <summary>The text that goes to the model when its arguments are wrong: every problem, and what was received.</summary>
    public static string Describe(string tool, IReadOnlyList<JsonSchemaProblem> problems, JsonElement received)
    {
        var lines = problems.Select(problem => $"  - {(problem.Path.Length == 0 ? "arguments" : problem.Path)}: {problem.Message}");
        var raw = new OutputCap(OutputKeep.Head, 100, 4_000).Apply(received.GetRawText());
        return $"The arguments of \"{tool}\" are not valid:\n{string.Join('\n', lines)}\nReceived arguments:\n{raw}";
    }

    internal static JsonNode? ToNode(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element.Clone()),
        JsonValueKind.Array => JsonArray.Create(element.Clone()),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => JsonValue.Create(element.Clone()),
    };

    internal static JsonElement ToElement(JsonNode? node)
    {
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        return document.RootElement.Clone();
    }
}

public sealed record JsonSchemaResult(JsonElement Value, IReadOnlyList<JsonSchemaProblem> Problems)
{
    public bool IsValid => Problems.Count == 0;
}

/// <param name="Path">Such as <c>edits[0].text</c>; empty for the whole.</param>
public sealed record JsonSchemaProblem(string Path, string Message);
