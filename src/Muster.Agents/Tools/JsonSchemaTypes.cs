using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Agents.Tools;

/// <summary>The type keyword: what a value is, and what it can be turned into.</summary>
internal static class JsonSchemaTypes
{
    /// <summary>The types a schema names; empty when it names none.</summary>
    public static IReadOnlyList<string> Of(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
        {
            return [];
        }

        return type.ValueKind == JsonValueKind.Array
            ? [.. type.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item => item.GetString()!)]
            : type.ValueKind == JsonValueKind.String ? [type.GetString()!] : [];
    }

    public static bool Is(JsonNode? node, string type) => type switch
    {
        "null" => node is null,
        "object" => node is JsonObject,
        "array" => node is JsonArray,
        "string" => Kind(node) == JsonValueKind.String,
        "boolean" => Kind(node) is JsonValueKind.True or JsonValueKind.False,
        "number" => Kind(node) == JsonValueKind.Number,
        "integer" => Kind(node) == JsonValueKind.Number && TryNumber(node!.ToJsonString(), out var number) && number == Math.Floor(number),
        _ => true,
    };

    /// <summary>The value as this type, if a model plainly meant it.</summary>
    public static bool TryCoerce(JsonNode? node, string type, out JsonNode? coerced)
    {
        coerced = (type, Kind(node)) switch
        {
            ("string", JsonValueKind.Number) => JsonValue.Create(node!.ToJsonString()),
            ("string", JsonValueKind.True) => JsonValue.Create("true"),
            ("string", JsonValueKind.False) => JsonValue.Create("false"),
            ("boolean", JsonValueKind.String) => node!.GetValue<string>() switch
            {
                "true" => JsonValue.Create(true),
                "false" => JsonValue.Create(false),
                _ => null,
            },
            ("boolean", JsonValueKind.Number) => node!.ToJsonString() switch
            {
                "1" => JsonValue.Create(true),
                "0" => JsonValue.Create(false),
                _ => null,
            },
            ("number" or "integer", JsonValueKind.True) => JsonValue.Create(1),
            ("number" or "integer", JsonValueKind.False) => JsonValue.Create(0),
            ("number" or "integer", JsonValueKind.String) => ParseNumber(node!.GetValue<string>(), type),
            _ => null,
        };
        // The empty text is how some models write nothing.
        return coerced is not null || (type == "null" && Kind(node) == JsonValueKind.String && node!.GetValue<string>().Length == 0);
    }

    /// <summary>5.0 and 5e0 are integers to JSON Schema, but not to a reader of Int32.</summary>
    public static JsonNode? PlainInteger(JsonNode? node) =>
        Kind(node) == JsonValueKind.Number && node!.ToJsonString() is var raw && raw.AsSpan().ContainsAny('.', 'e', 'E')
        && decimal.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == decimal.Floor(number)
            ? JsonNode.Parse(decimal.Floor(number).ToString("F0", CultureInfo.InvariantCulture))
            : node;

    public static bool TryNumber(string raw, out double number) =>
        double.TryParse(raw, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    public static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;

    private static JsonNode? ParseNumber(string text, string type)
    {
        text = text.Trim();
        if (!TryNumber(text, out var number) || (type == "integer" && number != Math.Floor(number)))
        {
            return null;
        }

        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
            ? JsonNode.Parse(exact.ToString(CultureInfo.InvariantCulture))
            : JsonValue.Create(number);
    }
}
