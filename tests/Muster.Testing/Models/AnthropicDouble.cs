using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Muster.Testing.Models;

/// <summary>A stand-in for Anthropic's Messages API: checks the key, records requests, and answers each with the oldest
/// queued reply, written as events or as an error.</summary>
public sealed class AnthropicDouble : IAsyncDisposable
{
    public const string ApiKey = "sk-ant-double";

    private readonly ConcurrentQueue<AnthropicReply> _queue = new();
    private readonly RequestLog _log = new();
    private LoopbackServer _server = null!;

    public string BaseUrl => _server.Url;

    public IReadOnlyList<RecordedRequest> Requests => _log.All;

    public static async Task<AnthropicDouble> StartAsync(params AnthropicReply[] replies)
    {
        var made = new AnthropicDouble();
        made.Enqueue(replies);
        made._server = await LoopbackServer.StartAsync(made.HandleAsync);
        return made;
    }

    public void Enqueue(params AnthropicReply[] replies)
    {
        foreach (var reply in replies)
        {
            _queue.Enqueue(reply);
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task HandleAsync(HttpContext context, CancellationToken cancel)
    {
        var request = await _log.AddAsync(context);
        var reply = request switch
        {
            _ when request.Header("Authorization") != $"Bearer {ApiKey}" => AnthropicReply.Error(401, "authentication_error", "invalid bearer token"),
            { Method: "POST", Path: "/v1/messages" } when _queue.TryDequeue(out var next) => next,
            _ => AnthropicReply.Error(404, "not_found_error", "Not found"),
        };
        context.Response.StatusCode = reply.Status;
        foreach (var (name, value) in reply.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.ContentType = reply.Status == 200 ? "text/event-stream" : "application/json";
        foreach (var part in reply.Parts)
        {
            if (part is ReplyStep.Wait wait)
            {
                await wait.Gate.PassAsync(cancel);
            }
            else if (part is ReplyStep.Raw raw)
            {
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(raw.Sse), cancel);
                await context.Response.Body.FlushAsync(cancel);
            }
        }
    }
}
