using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Providers;

/// <summary>A request in the words of Microsoft.Extensions.AI.</summary>
internal static class ChatClientMessages
{
    public static IReadOnlyList<ChatMessage> Build(ModelRequest request)
    {
        List<ChatMessage> messages = request.System.Length > 0 ? [new ChatMessage(ChatRole.System, request.System)] : [];
        messages.AddRange(request.Messages.Select(Message).Where(message => message.Contents.Count > 0));
        return messages;
    }

    public static ChatOptions Options(ModelRequest request) => new()
    {
        MaxOutputTokens = request.Settings.MaxTokens,
        Temperature = (float?)request.Settings.Temperature,
        Reasoning = request.Settings.Thinking is { } thinking ? new ReasoningOptions { Effort = Effort(thinking) } : null,
        Tools = request.Tools.Count == 0 ? null : [.. request.Tools.Select(tool => AIFunctionFactory.CreateDeclaration(tool.Name, tool.Description, tool.Parameters, null))],
    };

    /// <summary>Clients give arguments as objects: JSON elements and simple values, as a parser makes them.</summary>
    public static string Arguments(FunctionCallContent call)
    {
        var json = new JsonObject();
        foreach (var (name, value) in call.Arguments ?? new Dictionary<string, object?>(StringComparer.Ordinal))
        {
            json[name] = value switch
            {
                null => null,
                JsonNode node => node.DeepClone(),
                JsonElement element => JsonNode.Parse(element.GetRawText()),
                string text => text,
                bool flag => flag,
                int number => number,
                long number => number,
                double number => number,
                _ => value.ToString(),
            };
        }

        return json.ToJsonString();
    }

    private static ReasoningEffort Effort(string thinking) => thinking switch
    {
        "none" => ReasoningEffort.None,
        "low" => ReasoningEffort.Low,
        "medium" => ReasoningEffort.Medium,
        _ => ReasoningEffort.High,
    };

    private static ChatMessage Message(AgentMessage message) => message switch
    {
        ToolResultMessage result => new ChatMessage(
            ChatRole.Tool,
            [new FunctionResultContent(result.ToolCallId, PromptTexts.ToolResult(result, 0)), .. result.Content.OfType<ImageBlock>().Select(Image)]),
        AssistantMessage => new ChatMessage(ChatRole.Assistant, [.. message.Content.Select(Content).OfType<AIContent>()]),
        _ => new ChatMessage(ChatRole.User, [.. message.Content.Select(Content).OfType<AIContent>()]),
    };

    private static AIContent? Content(ContentBlock block) => block switch
    {
        TextBlock text => new TextContent(text.Text),
        ImageBlock image => Image(image),
        ToolCallBlock call => new FunctionCallContent(call.Id, call.Name, ToDictionary(call.Arguments)),
        _ => null,
    };

    private static DataContent Image(ImageBlock image) => new($"data:{image.MediaType};base64,{image.Data}", image.MediaType);

    private static Dictionary<string, object?> ToDictionary(JsonElement arguments) => arguments.ValueKind == JsonValueKind.Object
        ? arguments.EnumerateObject().ToDictionary(property => property.Name, object? (property) => property.Value, StringComparer.Ordinal)
        : [];
}
