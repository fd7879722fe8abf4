using System.Text.Json.Nodes;

namespace Muster.Testing.Models;

/// <param name="Parts"><see cref="ReplyStep.Raw"/> and <see cref="ReplyStep.Wait"/>.</param>
public sealed record AnthropicReply(int Status, IReadOnlyList<ReplyStep> Parts, IReadOnlyDictionary<string, string> Headers)
{
    private static readonly Dictionary<string, string> None = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="events">The data of each event; its type becomes the event's name.</param>
    public static AnthropicReply Events(params string[] events) => new(200, [.. events.Select(Event)], None);

    public static AnthropicReply Of(params ReplyStep[] parts) => new(200, parts, None);

    /// <summary>An answer in words; a gate holds it back.</summary>
    public static AnthropicReply Text(params string[] pieces) => Whole("end_turn", null, TextBlock(pieces));

    /// <inheritdoc cref="Text"/>
    public static AnthropicReply After(Gate gate, params string[] pieces) => Whole("end_turn", gate, TextBlock(pieces));

    public static AnthropicReply Use(string id, string tool, JsonObject input) => Whole("tool_use", null,
        new JsonObject { ["type"] = "content_block_start", ["index"] = 0, ["content_block"] = new JsonObject { ["type"] = "tool_use", ["id"] = id, ["name"] = tool, ["input"] = new JsonObject() } }.ToJsonString(),
        Delta(new JsonObject { ["type"] = "input_json_delta", ["partial_json"] = input.ToJsonString() }));

    public static ReplyStep Event(string json) =>
        new ReplyStep.Raw($"event: {System.Text.Json.JsonElement.Parse(json).GetProperty("type").GetString()}\ndata: {json}\n\n");

    public static AnthropicReply Error(int status, string type, string message, string? retryAfter = null) => new(
        status,
        [new ReplyStep.Raw($$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"}}""")],
        retryAfter is null ? None : new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["retry-after"] = retryAfter });

    private static string[] TextBlock(string[] pieces) =>
    [
        """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
        .. pieces.Select(piece => Delta(new JsonObject { ["type"] = "text_delta", ["text"] = piece })),
    ];

    private static string Delta(JsonObject delta) => new JsonObject { ["type"] = "content_block_delta", ["index"] = 0, ["delta"] = delta }.ToJsonString();

    private static AnthropicReply Whole(string stop, Gate? gate, params string[] block)
    {
        var reply = Events(
        [
            """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"output_tokens":1}}}""",
            .. block,
            """{"type":"content_block_stop","index":0}""",
            new JsonObject { ["type"] = "message_delta", ["delta"] = new JsonObject { ["stop_reason"] = stop, ["stop_sequence"] = null }, ["usage"] = new JsonObject { ["output_tokens"] = 3 } }.ToJsonString(),
            """{"type":"message_stop"}""",
        ]);
        return gate is null ? reply : reply with { Parts = [new ReplyStep.Wait(gate), .. reply.Parts] };
    }
}
