using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Hub.Chat;

/// <summary>The data of events that the hub itself writes.</summary>
internal static class EventJson
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static string UserMessage(string messageId, string text, DateTimeOffset at, string user, string channel) => Write(json =>
    {
        json.WriteString("message_id", messageId);
        json.WriteString("text", text);
        json.WriteString("at", at);
        json.WriteString("user", user);
        json.WriteString("channel", channel);
    });

    public static string Routed(string messageId, string runId, string nodeId, string node, string reason, bool steered) => Write(json =>
    {
        json.WriteString("message_id", messageId);
        json.WriteString("run_id", runId);
        json.WriteString("node_id", nodeId);
        json.WriteString("node", node);
        json.WriteString("reason", reason);
        json.WriteBoolean("steered", steered);
    });

    public static string AgentEnd(string runId, string outcome, string error) => Write(json =>
    {
        json.WriteString("run_id", runId);
        json.WriteString("outcome", outcome);
        json.WriteString("error", error);
        json.WriteStartObject("usage");
        json.WriteNumber("input", 0);
        json.WriteNumber("output", 0);
        json.WriteEndObject();
    });

    public static string Notice(string kind, string text, string level, string? replyTo = null, string? node = null, IReadOnlyDictionary<string, string>? fields = null) => Write(json =>
    {
        json.WriteString("kind", kind);
        json.WriteString("text", text);
        json.WriteString("level", level);
        if (replyTo is not null)
        {
            json.WriteString("reply_to", replyTo);
        }

        if (node is not null)
        {
            json.WriteString("node", node);
        }

        foreach (var (name, value) in fields ?? new Dictionary<string, string>())
        {
            json.WriteString(name, value);
        }
    });
}

/// <summary>What the hub reads of the events of runs.</summary>
internal sealed record DeltaData(string RunId, string MessageId, int Index, string Kind, int Offset, string Delta, string? Name);

internal sealed record EventHead(string? RunId, string? MessageId, string? Outcome, MessageHead? Message);

internal sealed record MessageHead(string? Id, string? Role);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DeltaData))]
[JsonSerializable(typeof(EventHead))]
internal sealed partial class ChatJson : JsonSerializerContext;
