using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Node.Coding.Agents;

/// <summary>Reads what agents say, whose messages change with every release: what is missing is empty.</summary>
internal static class Heard
{
    public static string Text(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()! : "";

    public static JsonElement? Part(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    public static bool Truth(this JsonElement element, string name) => element.Part(name) is { ValueKind: JsonValueKind.True };

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Part(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static JsonObject? Copy(JsonElement? element) => element is { ValueKind: JsonValueKind.Object } value ? JsonObject.Create(value) : null;

    /// <summary>One line of what a tool is called with.</summary>
    public static string Line(string tool, JsonElement? input)
    {
        var shown = new[] { "command", "file_path", "path", "pattern", "url", "query", "description" }
            .Select(name => input?.Text(name)).FirstOrDefault(text => text is { Length: > 0 }) ?? "";
        var line = shown.ReplaceLineEndings(" ");
        return $"→ {tool} {(line.Length > 200 ? string.Concat(line.AsSpan(0, 200), "…") : line)}".TrimEnd();
    }
}
