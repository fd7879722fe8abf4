using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Muster.Agents.Messages;

namespace Muster.Agents.Providers.Anthropic;

/// <summary>A context as Anthropic wants it: user and assistant in turn, tool results inside a user message.</summary>
internal static partial class AnthropicMessages
{
    /// <summary>Marks the signature of a thinking block that the provider sent encrypted.</summary>
    public const string Redacted = "redacted:";

    public static JsonArray Build(IReadOnlyList<AgentMessage> messages, string modelName)
    {
        List<(string Role, JsonArray Content)> turns = [];
        foreach (var message in messages)
        {
            var role = message is AssistantMessage ? "assistant" : "user";
            var content = Content(message, modelName).ToList();
            if (content.Count == 0)
            {
                continue;
            }

            if (turns.Count == 0 || turns[^1].Role != role)
            {
                turns.Add((role, []));
            }

            content.ForEach(block => turns[^1].Content.Add((JsonNode?)block));
        }

        if (turns.Count > 0 && turns[^1].Role == "user")
        {
            // The next call shares all up to here.
            turns[^1].Content[^1]!["cache_control"] = CacheHere();
        }

        return new JsonArray([.. turns.Select(JsonNode? (turn) => new JsonObject { ["role"] = turn.Role, ["content"] = turn.Content })]);
    }

    public static JsonObject CacheHere() => new() { ["type"] = "ephemeral" };

    private static IEnumerable<JsonObject> Content(AgentMessage message, string modelName) => message switch
    {
        ToolResultMessage result => [ToolResult(result)],
        AssistantMessage assistant => assistant.Content.Select(block => Block(block, assistant.Model == modelName)).OfType<JsonObject>(),
        _ => message.Content.Select(block => Block(block, ownThinking: false)).OfType<JsonObject>(),
    };

    private static JsonObject? Block(ContentBlock block, bool ownThinking) => block switch
    {
        TextBlock { Text: var text } => string.IsNullOrWhiteSpace(text) ? null : Text(text),
        ImageBlock image => Image(image),
        ToolCallBlock call => new JsonObject
        {
            ["type"] = "tool_use",
            ["id"] = Id(call.Id),
            ["name"] = call.Name,
            ["input"] = call.Arguments.ValueKind == JsonValueKind.Object ? JsonNode.Parse(call.Arguments.GetRawText()) : new JsonObject(),
        },
        ThinkingBlock { Signature: { Length: > 0 } signature } thinking when ownThinking =>
            signature.StartsWith(Redacted, StringComparison.Ordinal)
                ? new JsonObject { ["type"] = "redacted_thinking", ["data"] = signature[Redacted.Length..] }
                : new JsonObject { ["type"] = "thinking", ["thinking"] = thinking.Text, ["signature"] = signature },
        _ => null,
    };

    private static JsonObject ToolResult(ToolResultMessage result)
    {
        var images = result.Content.OfType<ImageBlock>().ToList();
        return new JsonObject
        {
            ["type"] = "tool_result",
            ["tool_use_id"] = Id(result.ToolCallId),
            ["content"] = new JsonArray([Text(PromptTexts.ToolResult(result, images.Count)), .. images.Select(Image)]),
            ["is_error"] = result.IsError,
        };
    }

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };

    private static JsonObject Image(ImageBlock image) => new()
    {
        ["type"] = "image",
        ["source"] = new JsonObject { ["type"] = "base64", ["media_type"] = image.MediaType, ["data"] = image.Data },
    };

    /// <summary>Ids that another provider made may hold characters that are refused here.</summary>
    private static string Id(string id) => NotAllowed.Replace(id, "_");

    [GeneratedRegex("[^a-zA-Z0-9_-]", RegexOptions.None, 1000)]
    private static partial Regex NotAllowed { get; }
}
