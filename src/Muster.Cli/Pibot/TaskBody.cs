using System.Text.Json;

namespace Muster.Cli.Pibot;

/// <summary>What a caller posts. Fields that are not known are passed over.</summary>
internal sealed record TaskBody(string TaskId, string Description, IReadOnlyList<string> Skills)
{
    public const long Largest = 1 << 20;
    private const int LongestId = 128;
    private const int LongestDescription = 32_000;
    private const int MostSkills = 64;

    /// <summary>The body, or a sentence about what is wrong with it.</summary>
    public static async Task<(TaskBody? Body, string? Mistake)> ReadAsync(Stream stream, CancellationToken cancel)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(stream, cancellationToken: cancel);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return (null, "The body must be a JSON object.");
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair is JSON, and no text.
            return (null, "The body has a string that is no Unicode text.");
        }
    }

    private static (TaskBody?, string?) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            return (null, "The body must be a JSON object.");
        }

        if (Text(root, "task_id") is not { } id || !IsId(id))
        {
            return (null, $"task_id must be a text of 1 to {LongestId} characters, without / and control characters.");
        }

        if (Text(root, "description") is not { } description || string.IsNullOrWhiteSpace(description) || description.Length > LongestDescription)
        {
            return (null, $"description must be a text of 1 to {LongestDescription} characters.");
        }

        return Skillful(root) is { } skills
            ? (new TaskBody(id, description, skills), null)
            : (null, $"skills must be a list of at most {MostSkills} names.");
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>What can be a part of a path as it stands.</summary>
    private static bool IsId(string id) =>
        id.Length is > 0 and <= LongestId && id is not ("." or "..") && !id.Any(letter => letter is '/' or '\\' || char.IsControl(letter));

    private static List<string>? Skillful(JsonElement root)
    {
        if (!root.TryGetProperty("skills", out var list) || list.ValueKind == JsonValueKind.Null)
        {
            return [];
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= MostSkills
            && list.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Length is > 0 and <= LongestId)
                ? [.. list.EnumerateArray().Select(item => item.GetString()!)]
                : null;
    }
}
