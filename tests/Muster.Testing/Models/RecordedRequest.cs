using System.Text.Json;

namespace Muster.Testing.Models;

/// <summary>One request as a double received it.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Body">Undefined for a request without a JSON body.</param>
/// <param name="Left">Ends when the client has closed the connection before the answer was complete.</param>
public sealed record RecordedRequest(
    int Number,
    string Method,
    string Path,
    IReadOnlyDictionary<string, string> Headers,
    JsonElement Body,
    Task Left)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public bool IsStream => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("stream", out var stream) && stream.ValueKind == JsonValueKind.True;

    public IReadOnlyList<JsonElement> Messages => [.. Body.GetProperty("messages").EnumerateArray()];

    /// <summary>The text of the newest message of a role; empty if there is none. Content parts are joined.</summary>
    public string LastText(string role) =>
        Messages.Where(message => message.GetProperty("role").GetString() == role).Select(TextOf).LastOrDefault("");

    public IReadOnlyList<string> ToolNames => Body.TryGetProperty("tools", out var tools)
        ? [.. tools.EnumerateArray().Select(tool => tool.GetProperty("function").GetProperty("name").GetString()!)]
        : [];

    private static string TextOf(JsonElement message)
    {
        if (!message.TryGetProperty("content", out var content))
        {
            return "";
        }

        return content.ValueKind switch
        {
            JsonValueKind.String => content.GetString()!,
            JsonValueKind.Array => string.Concat(content.EnumerateArray()
                .Select(part => part.TryGetProperty("text", out var text) ? text.GetString() : "")),
            _ => "",
        };
    }
}
