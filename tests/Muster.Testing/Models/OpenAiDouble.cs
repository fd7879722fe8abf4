using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Muster.Testing.Models;

/// <summary>
/// A stand-in for an OpenAI-compatible endpoint, over real HTTP on loopback. A request is answered by the oldest queued
/// reply, else by <see cref="Responder"/>, else by 400. A request that such an endpoint would refuse is refused here too,
/// and takes no queued reply.
/// </summary>
public sealed class OpenAiDouble : IAsyncDisposable
{
    private readonly ConcurrentQueue<ModelReply> _queue = new();
    private readonly RequestLog _log = new();
    private LoopbackServer _server = null!;

    /// <summary>The key it wants; null takes any.</summary>
    public string? ApiKey { get; init; } = "sk-double-key";

    public IReadOnlyList<string> Models { get; init; } = ["test-model"];

    /// <summary>Answers /models with 404, as some endpoints do.</summary>
    public bool HidesModels { get; init; }

    /// <summary>Refuses an assistant message with tool calls but without reasoning_content, as DeepSeek does.</summary>
    public bool DeepSeek { get; init; }

    /// <summary>Computes the reply from the request; may be called from many requests at once.</summary>
    public Func<RecordedRequest, ModelReply>? Responder { get; set; }

    /// <summary>Ends in /v1.</summary>
    public string BaseUrl => $"{_server.Url}/v1";

    public IReadOnlyList<RecordedRequest> Requests => _log.All;

    public static Task<OpenAiDouble> StartAsync(params ModelReply[] replies) => new OpenAiDouble().ListenAsync(replies);

    public static Task<OpenAiDouble> StartAsync(Func<RecordedRequest, ModelReply> responder) =>
        new OpenAiDouble { Responder = responder }.ListenAsync();

    /// <summary>For a double with options: <c>await new OpenAiDouble { DeepSeek = true }.ListenAsync()</c>.</summary>
    public async Task<OpenAiDouble> ListenAsync(params ModelReply[] replies)
    {
        Enqueue(replies);
        _server = await LoopbackServer.StartAsync(HandleAsync);
        return this;
    }

    public void Enqueue(params ModelReply[] replies)
    {
        foreach (var reply in replies)
        {
            _queue.Enqueue(reply);
        }
    }

    /// <summary>The oldest request that no call of this has returned yet; waits for it if there is none.</summary>
    public Task<RecordedRequest> NextRequestAsync(CancellationToken cancel) => _log.NextAsync(cancel);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context, CancellationToken cancel)
    {
        var request = await _log.AddAsync(context);
        var reply = (context.Request.Method, context.Request.Path.Value) switch
        {
            _ when ApiKey is not null && request.Header("Authorization") != $"Bearer {ApiKey}" =>
                ModelReply.Error(401, $"Incorrect API key provided: {request.Header("Authorization")}.", "invalid_api_key"),
            ("GET", "/v1/models") when !HidesModels => null,
            ("POST", "/v1/chat/completions") => ChatRules.Refusal(request.Body, Models, DeepSeek) ?? Next(request),
            _ => ModelReply.Error(404, $"Unknown request URL: {context.Request.Method} {context.Request.Path}.", "unknown_url"),
        };
        if (reply is null)
        {
            await WriteModelsAsync(context, cancel);
        }
        else
        {
            await new ReplyWriter(context.Response, reply, request).WriteAsync(cancel);
        }
    }

    private ModelReply Next(RecordedRequest request) =>
        _queue.TryDequeue(out var reply) ? reply
            : Responder?.Invoke(request) ?? ModelReply.Error(400, $"The test has no reply for request {request.Number}.");

    private async Task WriteModelsAsync(HttpContext context, CancellationToken cancel)
    {
        var data = Models.Select(JsonNode? (model) => new JsonObject { ["id"] = model, ["object"] = "model", ["created"] = 1700000000, ["owned_by"] = "double" });
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Wire.Text(new JsonObject { ["object"] = "list", ["data"] = new JsonArray([.. data]) }), cancel);
    }
}
