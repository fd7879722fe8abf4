using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Muster.Testing.Models;

/// <summary>Writes one reply, as a stream of events or as one JSON object, whichever the request asked for.</summary>
internal sealed class ReplyWriter(HttpResponse response, ModelReply reply, RecordedRequest request)
{
    private readonly string _id = $"chatcmpl-{request.Number}";
    private readonly string _model = request.Body.ValueKind == System.Text.Json.JsonValueKind.Object && request.Body.TryGetProperty("model", out var model) ? model.GetString()! : "";
    private bool _called;

    public async Task WriteAsync(CancellationToken cancel)
    {
        if (reply.Before is { } gate)
        {
            await gate.PassAsync(cancel);
        }

        response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            response.Headers[name] = value;
        }

        if (reply.Status != 200)
        {
            response.ContentType = reply.ErrorType;
            await response.WriteAsync(reply.ErrorBody, cancel);
        }
        else if (reply.Page is { } page)
        {
            response.ContentType = "text/html; charset=utf-8";
            await response.WriteAsync(page, cancel);
        }
        else if (request.IsStream && !reply.Whole)
        {
            await StreamAsync(cancel);
        }
        else
        {
            response.ContentType = "application/json";
            await response.WriteAsync(CompleteReply.Build(reply, _id, _model), cancel);
        }
    }

    private async Task StreamAsync(CancellationToken cancel)
    {
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-cache";
        response.HttpContext.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        await ChunkAsync(new JsonObject { ["role"] = "assistant", ["content"] = "" }, cancel);
        foreach (var step in reply.Steps)
        {
            if (!await StepAsync(step, cancel))
            {
                return;
            }
        }

        var usage = UsageJson.Of(reply);
        await ChunkAsync([], cancel, reply.Finish ?? (_called ? "tool_calls" : "stop"), reply.UsageInFinishChunk ? usage : null);
        if (usage is not null && !reply.UsageInFinishChunk && AsksUsage())
        {
            await EventAsync(Wire.Text(ChunkJson([], usage)), cancel);
        }

        if (reply.Done)
        {
            await EventAsync("[DONE]", cancel);
        }
    }

    /// <returns>False when the answer ends here.</returns>
    private async Task<bool> StepAsync(ReplyStep step, CancellationToken cancel)
    {
        switch (step)
        {
            case ReplyStep.Text text:
                await ChunkAsync(new JsonObject { ["content"] = text.Piece }, cancel);
                return true;
            case ReplyStep.Reasoning reasoning:
                await ChunkAsync(new JsonObject { [reasoning.Field] = reasoning.Piece }, cancel);
                return true;
            case ReplyStep.Call call:
                _called = true;
                await ChunkAsync(new JsonObject { ["tool_calls"] = new JsonArray(CallJson(call)) }, cancel);
                return true;
            case ReplyStep.Raw raw:
                await SendAsync(raw.Sse.Replace("\n", reply.LineEnd, StringComparison.Ordinal), cancel);
                return true;
            case ReplyStep.Delay delay:
                await Task.Delay(delay.Time, TimeProvider.System, cancel);
                return true;
            case ReplyStep.Wait wait:
                await wait.Gate.PassAsync(cancel);
                return true;
            case ReplyStep.Cut:
                // The server then closes the connection behind what was written, without the end of the body; an abort
                // would reset it and might take what was written along.
                throw new IOException("The test cuts the connection here.");
            default:
                return false;
        }
    }

    private static JsonObject CallJson(ReplyStep.Call call)
    {
        var function = new JsonObject();
        if (call.Name is not null)
        {
            function["name"] = call.Name;
        }

        if (call.Arguments is not null)
        {
            function["arguments"] = call.Arguments;
        }

        var piece = new JsonObject { ["function"] = function };
        if (call.Index is { } index)
        {
            piece["index"] = index;
        }

        if (call.Id is not null)
        {
            piece["id"] = call.Id;
            piece["type"] = "function";
        }

        return piece;
    }

    private Task ChunkAsync(JsonObject delta, CancellationToken cancel, string? finish = null, JsonObject? usage = null)
    {
        var choice = new JsonObject { ["index"] = 0, ["delta"] = delta, ["finish_reason"] = finish };
        return EventAsync(Wire.Text(ChunkJson([choice], usage)), cancel);
    }

    private JsonObject ChunkJson(JsonArray choices, JsonObject? usage)
    {
        var chunk = new JsonObject
        {
            ["id"] = _id,
            ["object"] = "chat.completion.chunk",
            ["created"] = 1700000000,
            ["model"] = _model,
            ["choices"] = choices,
        };
        if (usage is not null)
        {
            chunk["usage"] = usage;
        }

        return chunk;
    }

    private Task EventAsync(string data, CancellationToken cancel) => SendAsync($"data: {data}{reply.LineEnd}{reply.LineEnd}", cancel);

    private async Task SendAsync(string text, CancellationToken cancel)
    {
        ReadOnlyMemory<byte> bytes = Encoding.UTF8.GetBytes(text);
        var size = reply.ChunkBytes > 0 ? reply.ChunkBytes : bytes.Length;
        while (bytes.Length > 0)
        {
            var piece = bytes[..Math.Min(size, bytes.Length)];
            await response.Body.WriteAsync(piece, cancel);
            await response.Body.FlushAsync(cancel);
            bytes = bytes[piece.Length..];
        }
    }

    private bool AsksUsage() =>
        request.Body.TryGetProperty("stream_options", out var options) && options.TryGetProperty("include_usage", out var include) && include.GetBoolean();
}
