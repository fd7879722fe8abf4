using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Node.Coding.Agents;

/// <summary>An error of the protocol's own.</summary>
internal sealed class AcpException(int code, string message) : Exception(message)
{
    public const int NoMethod = -32601;
    public const int BadParameters = -32602;
    public const int Internal = -32603;
    public const int NotLoggedIn = -32000;
    public const int NotFound = -32002;

    public int Code => code;
}

/// <summary>Our requests to an agent that wait for its answers.</summary>
internal sealed class AcpCalls
{
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _waiting = [];
    private volatile Exception? _ended;
    private long _last;

    public static JsonObject Notification(string method, JsonObject parameters) => new() { ["jsonrpc"] = "2.0", ["method"] = method, ["params"] = parameters };

    /// <exception cref="AcpException">It refused.</exception>
    public async Task<JsonElement> AskAsync(AgentPipe pipe, string method, JsonObject parameters, CancellationToken stop)
    {
        var id = Interlocked.Increment(ref _last);
        var waiter = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiter;
        if (_ended is { } over)
        {
            waiter.TrySetException(over);
        }

        var request = Notification(method, parameters.DeepClone().AsObject());
        request["id"] = id;
        await pipe.SendAsync(request, stop);
        return await waiter.Task.WaitAsync(stop);
    }

    public void Take(JsonElement message)
    {
        if (message.Part("id") is not { ValueKind: JsonValueKind.Number } id || !id.TryGetInt64(out var number) || !_waiting.TryRemove(number, out var waiter))
        {
            return;
        }

        if (message.Part("error") is { ValueKind: JsonValueKind.Object } error)
        {
            var code = error.Part("code") is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var given) ? given : AcpException.Internal;
            waiter.TrySetException(new AcpException(code, error.Text("message") is { Length: > 0 } said ? said : $"It failed with error {code}."));
        }
        else
        {
            waiter.TrySetResult(message.Part("result") ?? default);
        }
    }

    /// <summary>Nothing more will come.</summary>
    public void End(Exception why)
    {
        _ended = why;
        foreach (var waiter in _waiting.Values)
        {
            waiter.TrySetException(why);
        }
    }
}
