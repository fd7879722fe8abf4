using System.Text.Json;

namespace Muster.Agents.Tools;

/// <summary>Reads arguments with their defaults: callers besides the agent loop may leave them out.</summary>
public static class Arguments
{
    public static JsonElement Schema(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    public static string Required(this ToolCall call, string name) =>
        call.Optional(name) ?? throw new ToolException($"{call.Name} needs \"{name}\".");

    public static string? Optional(this ToolCall call, string name) =>
        Find(call.Arguments, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    /// <summary>A missing value is the default; one outside of the range is moved to its edge.</summary>
    public static int Whole(this ToolCall call, string name, int otherwise, int least, int most) =>
        Find(call.Arguments, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number)
            ? (int)Math.Clamp(number, least, most)
            : otherwise;

    /// <summary>As <see cref="Whole"/>, with fractions.</summary>
    public static double Real(this ToolCall call, string name, double otherwise, double least, double most) =>
        Find(call.Arguments, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? Math.Clamp(number, least, most) : otherwise;

    public static bool Truth(this ToolCall call, string name) => Find(call.Arguments, name) is { ValueKind: JsonValueKind.True };

    public static JsonElement? Find(JsonElement arguments, string name) =>
        arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty(name, out var value) ? value : null;
}
