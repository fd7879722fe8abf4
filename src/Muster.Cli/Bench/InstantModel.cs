using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Muster.Cli.Bench;

/// <summary>
/// An OpenAI-compatible endpoint without thought, so that a measurement sees Muster alone. What it does is the last word of the
/// newest user message: <c>turn</c> answers at once, <c>tokens</c> writes time stamps at 100 a second, <c>sleep</c> calls the shell.
/// </summary>
internal sealed class InstantModel : IAsyncDisposable
{
    public const string Key = "bench";
    public const string Name = "instant";
    public const int Tokens = 200;
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(10);
    private readonly WebApplication _app;
    private readonly TimeProvider _time;

    private InstantModel(WebApplication app, TimeProvider time)
    {
        _app = app;
        _time = time;
    }

    public string BaseUrl => _app.Urls.First() + "/v1";

    public static async Task<InstantModel> StartAsync(TimeProvider time, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var model = new InstantModel(app, time);
        app.Run(model.AnswerAsync);
        await app.StartAsync(cancel);
        return model;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var request = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        context.Response.ContentType = "text/event-stream";
        var newest = request!["messages"]!.AsArray()[^1]!;
        var word = newest["role"]!.GetValue<string>() == "user" ? Said(newest).Split(' ')[^1] : "turn";
        switch (word)
        {
            case "tokens":
                await TokensAsync(context);
                break;
            case "sleep":
                await SendAsync(context, """{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"shell","arguments":"{\"command\":\"sleep 100\",\"timeout\":110}"}}]}""", null);
                await SendAsync(context, "{}", "tool_calls");
                break;
            default:
                await SendAsync(context, """{"content":"ok"}""", null);
                await SendAsync(context, "{}", "stop");
                break;
        }

        await context.Response.WriteAsync("data: [DONE]\n\n", context.RequestAborted);
    }

    private async Task TokensAsync(HttpContext context)
    {
        using var timer = new PeriodicTimer(_pace, _time);
        for (var i = 0; i < Tokens && await timer.WaitForNextTickAsync(context.RequestAborted); i++)
        {
            var stamp = _time.GetTimestamp().ToString(CultureInfo.InvariantCulture);
            await SendAsync(context, $$"""{"content":"{{stamp}} "}""", null);
        }

        await SendAsync(context, "{}", "stop");
    }

    private static Task SendAsync(HttpContext context, string delta, string? finish)
    {
        var reason = finish is null ? "null" : JsonSerializer.Serialize(finish, BenchJson.Default.String);
        var chunk = $$"""data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"{{Name}}","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{reason}}}]}""" + "\n\n";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(chunk), context.RequestAborted).AsTask()
            .ContinueWith(_ => context.Response.Body.FlushAsync(context.RequestAborted), TaskScheduler.Default).Unwrap();
    }

    private static string Said(JsonNode message) => message["content"] switch
    {
        JsonArray parts => string.Concat(parts.Select(part => part?["text"]?.GetValue<string>())),
        { } text => text.GetValue<string>(),
        null => "",
    };
}
