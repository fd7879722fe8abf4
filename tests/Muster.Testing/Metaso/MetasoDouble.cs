using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Muster.Testing.Models;

namespace Muster.Testing.Metaso;

/// <summary>Metaso's MCP endpoint: its tools and shapes, and the ways in which it may answer.</summary>
public sealed class MetasoDouble : IAsyncDisposable
{
    public const string Key = "mk-0123456789";

    private LoopbackServer? _server;
    private int _lost;

    public MetasoMode Mode { get; set; }

    public Uri Url => new(_server!.Url + "/api/mcp");

    /// <summary>Bodies of all requests, oldest first.</summary>
    public ConcurrentQueue<JsonObject> Requests { get; } = [];

    public ConcurrentQueue<string> Sessions { get; } = [];

    /// <summary>Arguments of the calls of tools.</summary>
    public IEnumerable<JsonObject> Calls => Requests.Where(request => (string?)request["method"] == "tools/call").Select(request => request["params"]!.AsObject());

    public static async Task<MetasoDouble> StartAsync(MetasoMode mode)
    {
        var self = new MetasoDouble { Mode = mode };
        self._server = await LoopbackServer.StartAsync(self.AnswerAsync);
        return self;
    }

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    private async Task AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.Method != "POST" || context.Request.Path != "/api/mcp")
        {
            context.Response.StatusCode = context.Request.Method == "POST" ? 404 : 405;
            return;
        }

        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancel))!.AsObject();
        Requests.Enqueue(request);
        var session = context.Request.Headers["Mcp-Session-Id"].ToString();
        Sessions.Enqueue(session);
        var method = (string)request["method"]!;
        if (Mode == MetasoMode.Unauthorized || context.Request.Headers.Authorization != "Bearer " + Key)
        {
            context.Response.StatusCode = 401;
        }
        else if (Mode == MetasoMode.Broken || (Mode == MetasoMode.BrokenOnce && method == "tools/call" && Calls.Count() == 1))
        {
            context.Response.StatusCode = 502;
        }
        else if (Mode == MetasoMode.Html)
        {
            await WriteAsync(context, "text/html", "<html>a portal</html>", cancel);
        }
        else if (method.StartsWith("notifications/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 202;
        }
        else if (method == "initialize")
        {
            await InitializeAsync(context, request, cancel);
        }
        else if (Mode == MetasoMode.WithSession && session != "s-1" || (Mode == MetasoMode.SessionLost && (session == "s-0" || Interlocked.Exchange(ref _lost, 1) == 0)))
        {
            context.Response.StatusCode = session.Length == 0 ? 400 : 404;
        }
        else
        {
            await ReplyAsync(context, request, Result(request["params"]!.AsObject()), cancel);
        }
    }

    private Task InitializeAsync(HttpContext context, JsonObject request, CancellationToken cancel)
    {
        if (Mode == MetasoMode.WithoutHandshake)
        {
            context.Response.StatusCode = 400;
            return WriteAsync(context, "application/json", """{"jsonrpc":"2.0","id":null,"error":{"code":-32601,"message":"Method not found"}}""", cancel);
        }

        if (Mode is MetasoMode.WithSession or MetasoMode.SessionLost)
        {
            context.Response.Headers["Mcp-Session-Id"] = "s-1";
        }

        return ReplyAsync(context, request, new JsonObject
        {
            ["result"] = new JsonObject { ["protocolVersion"] = request["params"]!["protocolVersion"]!.DeepClone(), ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() } },
        }, cancel);
    }

    private Task ReplyAsync(HttpContext context, JsonObject request, JsonObject answer, CancellationToken cancel)
    {
        if (!answer.ContainsKey("errCode"))
        {
            answer["jsonrpc"] = "2.0";
            answer["id"] = request["id"]?.DeepClone();
        }

        return Mode == MetasoMode.EventStream
            ? WriteAsync(context, "text/event-stream", $": hello\n\nevent: message\ndata: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}}\n\nevent: message\ndata: {answer.ToJsonString()}\n\n", cancel)
            : WriteAsync(context, "application/json", answer.ToJsonString(), cancel);
    }

    private JsonObject Result(JsonObject call) => Mode switch
    {
        MetasoMode.BusinessError => new JsonObject { ["errCode"] = 2005, ["errMsg"] = "invalid key" },
        MetasoMode.BusinessErrorInText => Text("""{"errCode":4000,"errMsg":"nothing at this address"}"""),
        MetasoMode.RpcError => new JsonObject { ["error"] = new JsonObject { ["code"] = -32602, ["message"] = "scope is not known" } },
        MetasoMode.ToolError => Text("out of credits", isError: true),
        MetasoMode.ResultError => Text("", error: "the reader timed out"),
        _ => Text((string)call["name"]! switch
        {
            "metaso_web_search" => Found((string)call["arguments"]!["scope"]!),
            "metaso_web_reader" => "# Example Domain\n\nFor use in examples.",
            _ => "Python 3.13 has a new REPL [[1]].",
        }),
    };

    private string Found(string scope) => Mode == MetasoMode.Empty ? """{"credits":3,"total":0,"webpages":[]}""" : JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["credits"] = 3,
        ["total"] = 120,
        [scope == "paper" ? "scholars" : scope + "s"] = new[]
        {
            new { title = $"A {scope}", link = "https://found.test/1", snippet = "What it\nis about", score = "high", position = 1, date = "2025年01月01日", authors = new[] { "Ada", "Grace" } },
        },
    });

    private static JsonObject Text(string text, bool? isError = null, string? error = null)
    {
        var result = new JsonObject { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = text }), ["error"] = error };
        if (isError is not null)
        {
            result["isError"] = isError;
        }

        return new JsonObject { ["result"] = result };
    }

    private static Task WriteAsync(HttpContext context, string type, string body, CancellationToken cancel)
    {
        context.Response.ContentType = type;
        return context.Response.WriteAsync(body, cancel);
    }
}
