using System.Text.Json;
using Muster.Agents.Messages;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>Reads what is there from a chunk, and takes what is missing or of another type for absent.</summary>
internal static class Chunk
{
    /// <summary>The first choice; none in a usage chunk.</summary>
    public static JsonElement? Choice(JsonElement chunk) =>
        chunk.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() > 0
            ? choices[0]
            : null;

    /// <summary>The delta; a server that did not stream has a whole message in its place.</summary>
    public static JsonElement? Delta(JsonElement choice) => Object(choice, "delta") ?? Object(choice, "message");

    /// <summary>Null if absent, null or empty.</summary>
    public static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    public static JsonElement? Object(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    public static Usage? Usage(JsonElement chunk)
    {
        if (Object(chunk, "usage") is not { } usage)
        {
            return null;
        }

        var cached = Object(usage, "prompt_tokens_details") is { } details ? Number(details, "cached_tokens") : 0;
        return new Usage(
            Number(usage, "prompt_tokens"),
            Number(usage, "completion_tokens"),
            cached > 0 ? cached : Number(usage, "prompt_cache_hit_tokens"));
    }

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}
