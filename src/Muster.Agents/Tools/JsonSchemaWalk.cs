using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Agents.Tools;

/// <summary>One pass over a value and its schema, collecting problems.</summary>
internal sealed class JsonSchemaWalk(List<JsonSchemaProblem> problems, bool coerce)
{
    /// <summary>How deep a schema may nest before its rest is taken as it is.</summary>
    private const int MaxDepth = 64;

    private int _depth;

    /// <summary>The value to use instead, which is the same one where nothing had to change.</summary>
    public JsonNode? Check(JsonElement schema, JsonNode? node, string path)
    {
        if (schema.ValueKind == JsonValueKind.False)
        {
            Report(path, "is not allowed");
            return node;
        }

        if (schema.ValueKind != JsonValueKind.Object || _depth > MaxDepth)
        {
            return node;
        }

        _depth++;
        node = CheckBranches(schema, node, path);
        if (TryType(schema, ref node, path))
        {
            CheckValue(schema, node, path);
        }

        _depth--;
        return node;
    }

    private void CheckValue(JsonElement schema, JsonNode? node, string path)
    {
        JsonSchemaLimits.CheckChoice(schema, node, message => Report(path, message));
        switch (node)
        {
            case JsonObject map:
                CheckObject(schema, map, path);
                break;
            case JsonArray list:
                CheckArray(schema, list, path);
                break;
            case JsonValue value:
                JsonSchemaLimits.CheckScalar(schema, value, message => Report(path, message));
                break;
        }
    }

    private bool TryType(JsonElement schema, ref JsonNode? node, string path)
    {
        var types = JsonSchemaTypes.Of(schema);
        var value = node;
        if (types.Count == 0)
        {
            return true;
        }

        if (types.FirstOrDefault(type => JsonSchemaTypes.Is(value, type)) is { } matched)
        {
            node = matched == "integer" ? JsonSchemaTypes.PlainInteger(value) : value;
            return true;
        }

        foreach (var type in coerce ? types : [])
        {
            if (JsonSchemaTypes.TryCoerce(value, type, out var coerced))
            {
                node = type == "integer" ? JsonSchemaTypes.PlainInteger(coerced) : coerced;
                return true;
            }
        }

        Report(path, $"must be {string.Join(" or ", types)}, got {Show(value)}");
        return false;
    }

    private void CheckObject(JsonElement schema, JsonObject map, string path)
    {
        var properties = schema.TryGetProperty("properties", out var declared) && declared.ValueKind == JsonValueKind.Object ? declared : default;
        var required = schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var property in properties.ValueKind == JsonValueKind.Object ? properties.EnumerateObject() : default)
        {
            CheckProperty(map, property.Name, property.Value, required.Contains(property.Name), path);
        }

        foreach (var name in required.Where(name => !map.ContainsKey(name)))
        {
            Report(Join(path, name), "is required");
        }

        if (schema.TryGetProperty("additionalProperties", out var additional))
        {
            CheckAdditional(map, additional, properties, path);
        }
    }

    private void CheckProperty(JsonObject map, string name, JsonElement schema, bool required, string path)
    {
        if (coerce && !required && map.TryGetPropertyValue(name, out var given) && given is null && !AllowsNull(schema))
        {
            map.Remove(name);
        }

        if (!map.ContainsKey(name) && schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("default", out var fallback))
        {
            map[name] = JsonSchema.ToNode(fallback);
        }

        if (map.TryGetPropertyValue(name, out var value))
        {
            var better = Check(schema, value, Join(path, name));
            if (!ReferenceEquals(better, value))
            {
                map[name] = better;
            }
        }
    }

    private void CheckAdditional(JsonObject map, JsonElement additional, JsonElement properties, string path)
    {
        var known = properties.ValueKind == JsonValueKind.Object
            ? properties.EnumerateObject().Select(property => property.Name).ToHashSet(StringComparer.Ordinal)
            : [];
        foreach (var name in map.Select(entry => entry.Key).Where(name => !known.Contains(name)).ToList())
        {
            if (additional.ValueKind == JsonValueKind.False)
            {
                var nearest = NearestName.Of(name, known);
                Report(Join(path, name), nearest is null ? "is not a known property" : $"is not a known property; did you mean \"{nearest}\"?");
            }
            else
            {
                CheckProperty(map, name, additional, required: true, path);
            }
        }
    }

    private void CheckArray(JsonElement schema, JsonArray list, string path)
    {
        JsonSchemaLimits.CheckCount(schema, list.Count, message => Report(path, message));
        if (!schema.TryGetProperty("items", out var items))
        {
            return;
        }

        for (var index = 0; index < list.Count; index++)
        {
            var better = Check(items, list[index], $"{path}[{index}]");
            if (!ReferenceEquals(better, list[index]))
            {
                list[index] = better;
            }
        }
    }

    private JsonNode? CheckBranches(JsonElement schema, JsonNode? node, string path)
    {
        if (schema.TryGetProperty("allOf", out var all) && all.ValueKind == JsonValueKind.Array)
        {
            node = all.EnumerateArray().Aggregate(node, (value, branch) => Check(branch, value, path));
        }

        foreach (var keyword in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (schema.TryGetProperty(keyword, out var branches) && branches.ValueKind == JsonValueKind.Array && branches.GetArrayLength() > 0)
            {
                node = Choose([.. branches.EnumerateArray()], node, path, onlyOne: keyword == "oneOf");
            }
        }

        return node;
    }

    /// <summary>A branch that fits as it is comes before one that fits after coercion.</summary>
    private JsonNode? Choose(IReadOnlyList<JsonElement> branches, JsonNode? node, string path, bool onlyOne)
    {
        foreach (var withCoercion in coerce ? [false, true] : new[] { false })
        {
            var tries = branches.Select(branch => Try(branch, node, path, withCoercion)).ToList();
            var fitting = tries.Where(attempt => attempt.Problems.Count == 0).ToList();
            if (fitting.Count > 1 && onlyOne && !withCoercion)
            {
                Report(path, "fits more than one of the allowed forms; give exactly one of them");
                return node;
            }

            if (fitting.Count > 0)
            {
                return fitting[0].Value;
            }

            if (withCoercion || !coerce)
            {
                Report(path, "fits none of the allowed forms; the nearest form has these problems:");
                problems.AddRange(tries.MinBy(attempt => attempt.Problems.Count).Problems);
            }
        }

        return node;
    }

    private static (JsonNode? Value, List<JsonSchemaProblem> Problems) Try(JsonElement branch, JsonNode? node, string path, bool withCoercion)
    {
        var found = new List<JsonSchemaProblem>();
        var value = new JsonSchemaWalk(found, withCoercion).Check(branch, node?.DeepClone(), path);
        return (value, found);
    }

    private static bool AllowsNull(JsonElement schema)
    {
        var found = new List<JsonSchemaProblem>();
        new JsonSchemaWalk(found, coerce: false).Check(schema, null, "");
        return found.Count == 0;
    }

    private void Report(string path, string message) => problems.Add(new JsonSchemaProblem(path, message));

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    internal static string Show(JsonNode? node)
    {
        var raw = node?.ToJsonString() ?? "null";
        return raw.Length <= 80 ? raw : $"{raw[..(char.IsHighSurrogate(raw[76]) ? 76 : 77)]}...";
    }
}
