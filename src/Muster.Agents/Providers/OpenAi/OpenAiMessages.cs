using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>Writes a context as chat messages.</summary>
internal sealed class OpenAiMessages(Utf8JsonWriter json, string modelName, OpenAiDialect dialect)
{
    private readonly List<ImageBlock> _toolImages = [];

    public void Write(ModelRequest request)
    {
        json.WriteStartArray("messages"u8);
        if (request.System.Length > 0)
        {
            WriteText("system", request.System);
        }

        foreach (var message in request.Messages)
        {
            if (message is not ToolResultMessage)
            {
                FlushToolImages();
            }

            WriteMessage(message);
        }

        FlushToolImages();
        json.WriteEndArray();
    }

    private void WriteMessage(AgentMessage message)
    {
        switch (message)
        {
            case UserMessage user:
                WriteUser(user.Text, [.. user.Content.OfType<ImageBlock>()]);
                break;
            case AssistantMessage assistant:
                WriteAssistant(assistant);
                break;
            case ToolResultMessage result:
                WriteToolResult(result);
                break;
        }
    }

    private void WriteText(string role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WriteString("content"u8, text);
        json.WriteEndObject();
    }

    private void WriteUser(string text, List<ImageBlock> images)
    {
        if (images.Count == 0)
        {
            WriteText("user", text);
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("content"u8);
        if (text.Length > 0)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "text"u8);
            json.WriteString("text"u8, text);
            json.WriteEndObject();
        }

        foreach (var image in images)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "image_url"u8);
            json.WriteStartObject("image_url"u8);
            json.WriteString("url"u8, $"data:{image.MediaType};base64,{image.Data}");
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteAssistant(AssistantMessage message)
    {
        var calls = message.ToolCalls.ToList();
        if (calls.Count == 0 && message.Text.Length == 0)
        {
            return;
        }

        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        json.WriteString("content"u8, message.Text.Length == 0 ? null : message.Text);
        if (calls.Count > 0)
        {
            if (dialect.ReplaysReasoning)
            {
                json.WriteString("reasoning_content"u8, Reasoning(message));
            }

            json.WriteStartArray("tool_calls"u8);
            calls.ForEach(WriteCall);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private string Reasoning(AssistantMessage message) => message.Model == modelName
        ? string.Concat(message.Content.OfType<ThinkingBlock>().Select(block => block.Text))
        : "";

    private void WriteCall(ToolCallBlock call)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, call.Id);
        json.WriteString("type"u8, "function"u8);
        json.WriteStartObject("function"u8);
        json.WriteString("name"u8, call.Name);

        // Servers that parse the history fail on arguments that were no JSON object when the model wrote them.
        json.WriteString("arguments"u8, call.Arguments.ValueKind == JsonValueKind.Object ? call.Arguments.GetRawText() : "{}");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteToolResult(ToolResultMessage result)
    {
        var images = result.Content.OfType<ImageBlock>().ToList();
        _toolImages.AddRange(images);
        json.WriteStartObject();
        json.WriteString("role"u8, "tool"u8);
        json.WriteString("tool_call_id"u8, result.ToolCallId);
        json.WriteString("content"u8, PromptTexts.ToolResult(result, images.Count));
        json.WriteEndObject();
    }

    // A tool message holds text alone, so its images follow as a user's, after the whole batch.
    private void FlushToolImages()
    {
        if (_toolImages.Count > 0)
        {
            WriteUser("Images from the tool results:", _toolImages);
            _toolImages.Clear();
        }
    }
}
