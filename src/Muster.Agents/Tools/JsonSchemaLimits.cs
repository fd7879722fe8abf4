using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Muster.Agents.Tools;

/// <summary>The keywords that bound a single value.</summary>
internal static class JsonSchemaLimits
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromMilliseconds(100);

    public static void CheckChoice(JsonElement schema, JsonNode? node, Action<string> report)
    {
        if (schema.TryGetProperty("enum", out var choices) && choices.ValueKind == JsonValueKind.Array
            && !choices.EnumerateArray().Any(choice => Same(choice, node)))
        {
            report($"must be one of {string.Join(", ", choices.EnumerateArray().Select(choice => choice.GetRawText()))}, got {JsonSchemaWalk.Show(node)}");
        }

        if (schema.TryGetProperty("const", out var only) && !Same(only, node))
        {
            report($"must be {only.GetRawText()}, got {JsonSchemaWalk.Show(node)}");
        }
    }

    public static void CheckCount(JsonElement schema, int count, Action<string> report)
    {
        if (Limit(schema, "minItems") is { } least && count < least)
        {
            report($"must have at least {least} items, got {count}");
        }

        if (Limit(schema, "maxItems") is { } most && count > most)
        {
            report($"must have at most {most} items, got {count}");
        }
    }

    public static void CheckScalar(JsonElement schema, JsonValue value, Action<string> report)
    {
        switch (JsonSchemaTypes.Kind(value))
        {
            case JsonValueKind.Number when JsonSchemaTypes.TryNumber(value.ToJsonString(), out var number):
                CheckNumber(schema, number, report);
                break;
            case JsonValueKind.String:
                CheckText(schema, value.GetValue<string>(), report);
                break;
        }
    }

    private static void CheckNumber(JsonElement schema, double number, Action<string> report)
    {
        if (Limit(schema, "minimum") is { } least && number < least)
        {
            report($"must be at least {least}, got {number}");
        }

        if (Limit(schema, "maximum") is { } most && number > most)
        {
            report($"must be at most {most}, got {number}");
        }

        if (Limit(schema, "exclusiveMinimum") is { } above && number <= above)
        {
            report($"must be more than {above}, got {number}");
        }

        if (Limit(schema, "exclusiveMaximum") is { } below && number >= below)
        {
            report($"must be less than {below}, got {number}");
        }
    }

    private static void CheckText(JsonElement schema, string text, Action<string> report)
    {
        var length = text.EnumerateRunes().Count();
        if (Limit(schema, "minLength") is { } least && length < least)
        {
            report(least == 1 ? "must not be empty" : $"must have at least {least} characters, got {length}");
        }

        if (Limit(schema, "maxLength") is { } most && length > most)
        {
            report($"must have at most {most} characters, got {length}");
        }

        if (schema.TryGetProperty("pattern", out var pattern) && pattern.ValueKind == JsonValueKind.String && !Matches(text, pattern.GetString()!))
        {
            report($"must match {pattern.GetString()}");
        }
    }

    /// <summary>A pattern that .NET cannot read, or not in time, binds nobody: it is the tool's mistake, not the model's.</summary>
    private static bool Matches(string text, string pattern)
    {
        try
        {
            return Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, PatternTimeout);
        }
        catch (Exception error) when (error is ArgumentException or RegexMatchTimeoutException)
        {
            return true;
        }
    }

    private static bool Same(JsonElement expected, JsonNode? node) => JsonNode.DeepEquals(JsonSchema.ToNode(expected), node);

    private static double? Limit(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var limit) && limit.ValueKind == JsonValueKind.Number ? limit.GetDouble() : null;
}
