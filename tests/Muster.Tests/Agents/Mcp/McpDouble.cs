using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Muster.Testing.Models;

namespace Muster.Tests.Agents.Mcp;

/// <summary>An MCP server over streamable HTTP with these tools, each of which answers with its own name.</summary>
internal sealed class McpDouble : IAsyncDisposable
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string[] _tools;
    private LoopbackServer? _server;

    private McpDouble(string[] tools) => _tools = tools;

    public Uri Url => new(_server!.Url + "/mcp");

    /// <summary>Never answers which tools it has.</summary>
    public bool Silent { get; init; }

    /// <summary>Done when somebody has asked for its tools.</summary>
    public Task Asked => _asked.Task;

    public static Task<McpDouble> StartAsync(params string[] tools) => StartAsync(new McpDouble(tools));

    public static Task<McpDouble> SilentAsync() => StartAsync(new McpDouble([]) { Silent = true });

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();

    private static async Task<McpDouble> StartAsync(McpDouble self)
    {
        self._server = await LoopbackServer.StartAsync(self.AnswerAsync);
        return self;
    }

    private async Task AnswerAsync(HttpContext context, CancellationToken cancel)
    {
        if (context.Request.Method != "POST")
        {
            context.Response.StatusCode = 405;
            return;
        }

        var request = (await JsonNode.ParseAsync(context.Request.Body, cancellationToken: cancel))!.AsObject();
        var method = (string)request["method"]!;
        if (method.StartsWith("notifications/", StringComparison.Ordinal))
        {
            context.Response.StatusCode = 202;
            return;
        }

        if (method == "tools/list")
        {
            _asked.TrySetResult();
            await (Silent ? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel) : Task.CompletedTask);
        }

        var answer = new JsonObject { ["jsonrpc"] = "2.0", ["id"] = request["id"]?.DeepClone() };
        if (Result(method, request["params"]) is { } result)
        {
            answer["result"] = result;
        }
        else
        {
            answer["error"] = new JsonObject { ["code"] = -32601, ["message"] = "Method not found" };
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer.ToJsonString(), cancel);
    }

    private JsonObject? Result(string method, JsonNode? given) => method switch
    {
        "initialize" => new JsonObject
        {
            ["protocolVersion"] = given!["protocolVersion"]!.DeepClone(),
            ["capabilities"] = new JsonObject { ["tools"] = new JsonObject() },
            ["serverInfo"] = new JsonObject { ["name"] = "double", ["version"] = "1" },
        },
        "tools/list" => new JsonObject { ["tools"] = new JsonArray([.. _tools.Select(JsonNode? (name) => new JsonObject { ["name"] = name, ["inputSchema"] = new JsonObject { ["type"] = "object" } })]) },
        "tools/call" => new JsonObject { ["content"] = new JsonArray(new JsonObject { ["type"] = "text", ["text"] = given!["name"]!.DeepClone() }) },
        _ => null,
    };
}
