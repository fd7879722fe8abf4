using System.Text.Json;

namespace Muster.Testing.Models;

/// <summary>What a chat completions endpoint refuses before it thinks.</summary>
internal static class ChatRules
{
    public static ModelReply? Refusal(JsonElement body, IReadOnlyList<string> models, bool deepSeek)
    {
        if (body.ValueKind != JsonValueKind.Object || !body.TryGetProperty("messages", out var messages) || messages.GetArrayLength() == 0)
        {
            return ModelReply.Error(400, "[] is too short - 'messages'", "invalid_request_error");
        }

        var model = body.TryGetProperty("model", out var name) ? name.GetString() : null;
        if (model is null || !models.Contains(model))
        {
            return ModelReply.Error(404, $"The model `{model}` does not exist or you do not have access to it.", "model_not_found");
        }

        return OpenCalls(messages) ?? (deepSeek ? MissingReasoning(messages) : null);
    }

    private static ModelReply? OpenCalls(JsonElement messages)
    {
        HashSet<string> open = [];
        foreach (var message in messages.EnumerateArray())
        {
            if (message.GetProperty("role").GetString() == "tool")
            {
                if (!open.Remove(message.GetProperty("tool_call_id").GetString() ?? ""))
                {
                    return ModelReply.Error(400, "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.");
                }

                continue;
            }

            if (open.Count > 0)
            {
                break;
            }

            foreach (var call in Calls(message))
            {
                open.Add(call.GetProperty("id").GetString()!);
                using var arguments = JsonDocument.Parse(call.GetProperty("function").GetProperty("arguments").GetString()!);
            }
        }

        return open.Count == 0 ? null : ModelReply.Error(
            400, $"An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: {string.Join(", ", open)}");
    }

    private static ModelReply? MissingReasoning(JsonElement messages) =>
        messages.EnumerateArray().Any(message => Calls(message).Any() && !message.TryGetProperty("reasoning_content", out _))
            ? ModelReply.Error(400, "The reasoning_content in the thinking mode must be passed back to the API.", "invalid_request_error")
            : null;

    private static JsonElement.ArrayEnumerator Calls(JsonElement message) =>
        message.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array ? calls.EnumerateArray() : default;
}
