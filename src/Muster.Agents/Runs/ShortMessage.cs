using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Messages;

namespace Muster.Agents.Runs;

/// <summary>A message that is too large for a thread, as people see it. The model's own context keeps it whole.</summary>
public static class ShortMessage
{
    private const int ShownText = 16 * 1024;
    private const int ShownString = 2 * 1024;

    public static AgentMessage Of(AgentMessage message) => message switch
    {
        UserMessage user => user with { Content = Of(user.Content) },
        AssistantMessage answer => answer with { Content = Of(answer.Content) },
        ToolResultMessage result => result with { Content = Of(result.Content), Details = null },
        _ => message,
    };

    /// <summary>The same object with its long strings cut and its nested parts left out.</summary>
    public static JsonElement Arguments(JsonElement arguments)
    {
        var shown = new JsonObject { ["cut"] = true };
        if (arguments.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in arguments.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.String).Take(20))
            {
                shown[property.Name] = Cut(property.Value.GetString()!, ShownString);
            }
        }

        using var document = JsonDocument.Parse(shown.ToJsonString());
        return document.RootElement.Clone();
    }

    private static List<ContentBlock> Of(IReadOnlyList<ContentBlock> content) => [.. content.Select(block => block switch
    {
        TextBlock text => new TextBlock(Cut(text.Text, ShownText)),
        ThinkingBlock thinking => new ThinkingBlock(Cut(thinking.Text, ShownText), null),
        ToolCallBlock call when call.Arguments.GetRawText().Length > ShownText => call with { Arguments = Arguments(call.Arguments) },
        ImageBlock => new TextBlock("[an image that is too large to be shown here]"),
        _ => block,
    })];

    private static string Cut(string text, int limit) =>
        text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit - (char.IsHighSurrogate(text[limit - 1]) ? 1 : 0)), "\n[cut]");
}
