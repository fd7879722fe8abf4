using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Muster.Agents.Tools;

namespace Muster.Node.Tools.House;

/// <summary>Reads and publishes messages of the house's MQTT broker.</summary>
internal sealed class MqttTool(MqttOptions options, string path, TimeProvider time) : Tool
{
    private const int LongestTopic = 1_000;
    private const int LongestPayload = 256_000;
    private const int LongestShown = 4_000;
    private readonly MosquittoPrograms _programs = new(options, path, time);

    public override string Name => "mqtt";

    public override string Description =>
        "The house's MQTT broker: read waits for messages of a topic (+ and # stand for any), those that the broker retains come at once; publish sends one, which may switch real things.";

    public override JsonElement Parameters { get; } = Arguments.Schema(
        """
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["read", "publish"]},
          "topic": {"type": "string", "description": "Such as zigbee2mqtt/lamp/set."},
          "payload": {"type": "string", "description": "For publish.", "default": ""},
          "retain": {"type": "boolean", "description": "For publish: the broker keeps it for whoever comes later.", "default": false},
          "qos": {"type": "integer", "minimum": 0, "maximum": 2, "default": 0},
          "count": {"type": "integer", "description": "For read: messages, at most 100.", "default": 1},
          "seconds": {"type": "integer", "description": "For read: how long it waits, at most 30.", "default": 5}
        }, "required": ["action", "topic"]}
        """);

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var topic = call.Required("topic");
        if (topic.Length is 0 or > LongestTopic || topic.Any(char.IsControl))
        {
            throw new ToolException($"A topic has 1 to {LongestTopic} characters and no control characters.");
        }

        return ToolResult.FromText(call.Required("action") switch
        {
            "read" => await ReadAsync(call, topic, abort),
            "publish" => await PublishAsync(call, topic, abort),
            var other => throw new ToolException($"mqtt has no action \"{other}\": read, publish."),
        });
    }

    private async Task<string> PublishAsync(ToolCall call, string topic, CancellationToken abort)
    {
        if (topic.AsSpan().ContainsAny('+', '#'))
        {
            throw new ToolException("A message is published to one topic: + and # are for reading.");
        }

        var payload = call.Optional("payload") ?? "";
        if (payload.Length > LongestPayload)
        {
            throw new ToolException($"The payload has {payload.Length} characters; {LongestPayload} is the most.");
        }

        await _programs.PublishAsync(topic, payload, call.Whole("qos", 0, 0, 2), call.Truth("retain"), abort);
        return $"Published to {topic}.";
    }

    private async Task<string> ReadAsync(ToolCall call, string topic, CancellationToken abort)
    {
        var seconds = call.Whole("seconds", 5, 1, 30);
        var lines = await _programs.ReadAsync(topic, call.Whole("count", 1, 1, 100), seconds, abort);
        var text = new StringBuilder();
        foreach (var message in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OfType<JsonObject>())
        {
            var payload = message["payload"] is JsonValue value && value.TryGetValue<string>(out var said) ? said : message["payload"]?.ToJsonString() ?? "";
            text.Append(message["topic"]).Append(": ").Append(payload.Length <= LongestShown ? payload : payload[..LongestShown] + "…").Append('\n');
        }

        return text.Length > 0 ? text.ToString().TrimEnd('\n') : string.Create(CultureInfo.InvariantCulture, $"No message came on {topic} within {seconds} s.");
    }

    /// <summary>Null for a line that was cut in the middle.</summary>
    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
