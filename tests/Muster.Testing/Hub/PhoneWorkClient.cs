using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Testing.Hub;

/// <summary>A host client as the PhoneWork roadmap describes it, by hand: JSON over a WebSocket without a subprotocol.</summary>
public sealed class PhoneWorkClient : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();

    private PhoneWorkClient()
    {
    }

    public WebSocketState State => _socket.State;

    public string? CloseReason => _socket.CloseStatusDescription;

    /// <exception cref="WebSocketException">Refused.</exception>
    public static async Task<PhoneWorkClient> ConnectAsync(Uri hub, string secret, CancellationToken cancel)
    {
        var client = new PhoneWorkClient();
        client._socket.Options.SetRequestHeader("Authorization", $"Bearer {secret}");
        await client._socket.ConnectAsync(new UriBuilder(hub) { Scheme = hub.Scheme == "https" ? "wss" : "ws", Path = "/ws/node" }.Uri, cancel);
        return client;
    }

    public Task RegisterAsync(string nodeId, IReadOnlyList<string> users, CancellationToken cancel) => SendAsync(
        new JsonObject
        {
            ["type"] = "register",
            ["node_id"] = nodeId,
            ["serves_users"] = new JsonArray([.. users.Select(user => JsonValue.Create(user))]),
            ["working_dir"] = "/home/me/projects",
            ["capabilities"] = new JsonArray("claude_code", "shell", "file_ops", "web"),
            ["display_name"] = "Home PC",
        },
        cancel);

    public Task AnswerAsync(string id, string reply, CancellationToken cancel, string error = "") =>
        SendAsync(new JsonObject { ["type"] = "forward_response", ["id"] = id, ["reply"] = reply, ["error"] = error }, cancel);

    public Task SendAsync(JsonObject message, CancellationToken cancel) =>
        _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, cancel);

    /// <summary>The next message, or null when the hub has closed or cut the connection.</summary>
    public async Task<JsonObject?> ReceiveAsync(CancellationToken cancel)
    {
        using var text = new MemoryStream();
        var buffer = new byte[4096];
        try
        {
            while (true)
            {
                var part = await _socket.ReceiveAsync(buffer.AsMemory(), cancel);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return null;
                }

                text.Write(buffer, 0, part.Count);
                if (part.EndOfMessage)
                {
                    return JsonNode.Parse(text.ToArray())!.AsObject();
                }
            }
        }
        catch (WebSocketException)
        {
            return null; // cut
        }
    }

    /// <summary>The next message of this type.</summary>
    public async Task<JsonObject> ReceiveAsync(string type, CancellationToken cancel)
    {
        while (await ReceiveAsync(cancel) is { } message)
        {
            if ((string?)message["type"] == type)
            {
                return message;
            }
        }

        throw new InvalidOperationException($"The hub closed the connection before it sent a {type}.");
    }

    public ValueTask DisposeAsync()
    {
        _socket.Abort();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }
}
