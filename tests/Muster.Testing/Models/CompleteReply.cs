using System.Text.Json.Nodes;

namespace Muster.Testing.Models;

/// <summary>A scripted reply as the one JSON object of a request that does not stream.</summary>
internal static class CompleteReply
{
    public static string Build(ModelReply reply, string id, string model)
    {
        var steps = reply.Steps.ToList();
        var calls = steps.OfType<ReplyStep.Call>().GroupBy(call => call.Index ?? 0).Select(JsonNode? (call) => new JsonObject
        {
            ["id"] = call.Select(piece => piece.Id).FirstOrDefault(piece => piece is not null),
            ["type"] = "function",
            ["function"] = new JsonObject
            {
                ["name"] = call.Select(piece => piece.Name).FirstOrDefault(piece => piece is not null),
                ["arguments"] = string.Concat(call.Select(piece => piece.Arguments)),
            },
        }).ToArray();
        var message = new JsonObject { ["role"] = "assistant", ["content"] = string.Concat(steps.OfType<ReplyStep.Text>().Select(text => text.Piece)) };
        if (steps.OfType<ReplyStep.Reasoning>().Select(reasoning => reasoning.Piece).ToList() is { Count: > 0 } reasoning)
        {
            message["reasoning_content"] = string.Concat(reasoning);
        }

        if (calls.Length > 0)
        {
            message["tool_calls"] = new JsonArray(calls);
        }

        return Wire.Text(new JsonObject
        {
            ["id"] = id,
            ["object"] = "chat.completion",
            ["created"] = 1700000000,
            ["model"] = model,
            ["choices"] = new JsonArray(new JsonObject { ["index"] = 0, ["message"] = message, ["finish_reason"] = reply.Finish ?? (calls.Length > 0 ? "tool_calls" : "stop") }),
            ["usage"] = UsageJson.Of(reply),
        });
    }
}

internal static class UsageJson
{
    public static JsonObject? Of(ModelReply reply) => reply.Usage is not { } usage ? null : new JsonObject
    {
        ["prompt_tokens"] = usage.Prompt,
        ["completion_tokens"] = usage.Completion,
        ["total_tokens"] = usage.Prompt + usage.Completion,
        ["prompt_tokens_details"] = new JsonObject { ["cached_tokens"] = usage.Cached },
    };
}
