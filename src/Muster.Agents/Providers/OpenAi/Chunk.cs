using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Muster.Agents.Messages;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>Reads what is there from a chunk, and takes what is missing or of another type for absent.</summary>
internal static partial class Chunk
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
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && String(value) is { Length: > 0 } text
            ? text
            : null;

    /// <summary>A string's text. Servers that cut between the halves of a character write an escape that is no character, which the JSON reader refuses.</summary>
    public static string String(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Escape().Replace(value.GetRawText()[1..^1], match => match.Value switch
            {
                ['\\', 'u', .. var digits] => ((char)ushort.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString(),
                "\\n" => "\n",
                "\\r" => "\r",
                "\\t" => "\t",
                "\\b" => "\b",
                "\\f" => "\f",
                var other => other[1..],
            });
        }
    }

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

    [GeneratedRegex(@"\\(?:u[0-9a-fA-F]{4}|.)", RegexOptions.CultureInvariant | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escape();

    private static long Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;
}
