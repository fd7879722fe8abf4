using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Http;

namespace Muster.Client.Events;

/// <summary>From an event's name and data to its type. What is unknown is kept, not refused: a newer hub may say more.</summary>
internal static class EventDecoder
{
    public static MusterEvent Decode(string name, string data, long? number)
    {
        try
        {
            var decoded = name switch
            {
                "user_message" => Read(data, ClientJson.Default.UserMessage),
                "routed" => Read(data, ClientJson.Default.Routed),
                "agent_start" => Read(data, ClientJson.Default.AgentStart),
                "turn_start" => Read(data, ClientJson.Default.TurnStart),
                "message_start" => Read(data, ClientJson.Default.MessageStart),
                "message_update" => Read(data, ClientJson.Default.MessageUpdate),
                "message_snapshot" => Read(data, ClientJson.Default.MessageSnapshot),
                "message_end" => Read(data, ClientJson.Default.MessageEnd),
                "tool_execution_start" => Read(data, ClientJson.Default.ToolStart),
                "tool_execution_update" => Read(data, ClientJson.Default.ToolUpdate),
                "tool_execution_end" => Read(data, ClientJson.Default.ToolEnd),
                "turn_end" => Read(data, ClientJson.Default.TurnEnd),
                "agent_end" => Read(data, ClientJson.Default.AgentEnd),
                "notice" => Read(data, ClientJson.Default.Notice),
                "file" => Read(data, ClientJson.Default.FileSent),
                "approval" => new ApprovalChanged(JsonSerializer.Deserialize(data, ClientJson.Default.ApprovalInfo)!),
                "node" => new NodeChanged(JsonSerializer.Deserialize(data, ClientJson.Default.NodeInfo)!),
                _ => new OtherEvent(name, JsonDocument.Parse(data).RootElement),
            };
            return decoded with { Number = number };
        }
        catch (JsonException exception)
        {
            throw new MusterException(0, "unexpected_answer", $"The hub sent an event {name} that cannot be read: {exception.Message}", null, exception);
        }
    }

    private static MusterEvent Read<T>(string data, JsonTypeInfo<T> shape)
        where T : MusterEvent => JsonSerializer.Deserialize(data, shape) ?? throw new JsonException("null");
}
