using System.Text.Json;
using Muster.Agents;
using Muster.Agents.Messages;
using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.Links;

/// <summary>Run events that the hub writes where a machine cannot write them itself.</summary>
internal static class RunFrames
{
    public static Frame Start(Forward run, string node, string model) => Event(run, "agent_start", json =>
    {
        json.WriteString("node", node);
        json.WriteString("model", model);
        json.WriteBoolean("resumed", false);
    });

    public static Frame Turn(Forward run, string name, int turn) => Event(run, name, json => json.WriteNumber("turn", turn));

    public static Frame Message(Forward run, AgentMessage message) => Event(run, "message_end", json =>
    {
        json.WritePropertyName("message");
        JsonSerializer.Serialize(json, message, AgentJson.Default.AgentMessage);
    });

    /// <param name="outcome">completed, aborted, failed, …</param>
    public static Frame End(Forward run, string outcome, string? error = null) => Event(run, "agent_end", json =>
    {
        json.WriteString("outcome", outcome);
        if (error is not null)
        {
            json.WriteString("error", error);
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input", 0);
        json.WriteNumber("output", 0);
        json.WriteEndObject();
    });

    private static Frame Event(Forward run, string name, Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("run_id", run.RunId);
            write(json);
            json.WriteEndObject();
        }

        return new Frame
        {
            RunEvent = new RunEvent
            {
                RunId = run.RunId,
                ConversationId = run.ConversationId,
                Epoch = run.Epoch,
                Name = name,
                Json = System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)),
            },
        };
    }
}
