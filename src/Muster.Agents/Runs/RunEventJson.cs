using System.Buffers;
using System.Text;
using System.Text.Json;
using Muster.Agents;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Runs;

/// <summary>The data of a run's events, in the shapes that every channel reads.</summary>
public static class RunEventJson
{
    /// <summary>Characters of a tool's text that go into the thread; the model saw the rest.</summary>
    private const int ShownResult = 16 * 1024;

    /// <summary>Characters of a message that go into the thread as they are; the hub takes no event of more than 1 MiB.</summary>
    private const int ShownMessage = 512 * 1024;

    /// <summary>Characters of arguments or details of a call that watchers see.</summary>
    private const int ShownJson = 64 * 1024;

    /// <summary>Characters of a running tool's output that watchers see.</summary>
    private const int ShownTail = 4 * 1024;

    public static string AgentStart(string runId, string node, string model, bool resumed) => Write(runId, json =>
    {
        json.WriteString("node", node);
        json.WriteString("model", model);
        json.WriteBoolean("resumed", resumed);
    });

    public static string Turn(string runId, int turn) => Write(runId, json => json.WriteNumber("turn", turn));

    public static string MessageStart(string runId, AgentMessage message) => Write(runId, json =>
    {
        json.WriteString("message_id", message.Id);
        json.WriteString("role", "assistant");
    });

    public static string MessageEnd(string runId, AgentMessage message)
    {
        var whole = Message(message);
        return whole.Length <= ShownMessage ? whole : Message(ShortMessage.Of(message));

        string Message(AgentMessage shown) => Write(runId, json =>
        {
            json.WritePropertyName("message");
            JsonSerializer.Serialize(json, shown, AgentJson.Default.AgentMessage);
        });
    }

    public static string Delta(string runId, string messageId, ModelEvent.BlockDelta delta, int offset, string text) =>
        Update(runId, messageId, delta.Kind, delta.Index, offset, text, null);

    /// <summary>Announces a block: an empty delta, with the tool's name when it is a call.</summary>
    public static string BlockStart(string runId, string messageId, ModelEvent.BlockStarted started)
    {
        var block = started.Partial.Snapshot().Content[started.Index];
        return Update(runId, messageId, started.Kind, started.Index, 0, "", (block as ToolCallBlock)?.Name);
    }

    public static string ToolStart(string runId, string callId, string name, JsonElement args) => Write(runId, json =>
    {
        json.WriteString("tool_call_id", callId);
        json.WriteString("tool_name", name);
        json.WritePropertyName("args");
        (args.GetRawText().Length <= ShownJson ? args : ShortMessage.Arguments(args)).WriteTo(json);
    });

    public static string ToolUpdate(string runId, string callId, IReadOnlyList<ContentBlock> content) => Write(runId, json =>
    {
        json.WriteString("tool_call_id", callId);
        json.WriteString("text", Tail(TextOf(content), ShownTail));
    });

    public static string ToolEnd(string runId, ToolResultMessage result) => Write(runId, json =>
    {
        json.WriteString("tool_call_id", result.ToolCallId);
        json.WriteString("tool_name", result.ToolName);
        json.WriteBoolean("is_error", result.IsError);
        json.WriteString("text", Head(result.Text, ShownResult));
        if (result.Details is { } details && details.GetRawText().Length <= ShownJson)
        {
            json.WritePropertyName("details");
            details.WriteTo(json);
        }
    });

    public static string AgentEnd(string runId, string outcome, string? error, Usage usage) => Write(runId, json =>
    {
        json.WriteString("outcome", outcome);
        if (error is not null)
        {
            json.WriteString("error", error);
        }

        json.WriteStartObject("usage");
        json.WriteNumber("input", usage.Input);
        json.WriteNumber("output", usage.Output);
        json.WriteEndObject();
    });

    public static string Notice(string runId, string kind, string level, string text) => Write(runId, json =>
    {
        json.WriteString("kind", kind);
        json.WriteString("level", level);
        json.WriteString("text", text);
    });

    public static string Outcome(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Completed => "completed",
        RunOutcome.Aborted => "aborted",
        RunOutcome.TurnLimit => "turn_limit",
        _ => "failed",
    };

    private static string Update(string runId, string messageId, BlockKind kind, int index, int offset, string delta, string? name) =>
        Write(runId, json =>
        {
            json.WriteString("message_id", messageId);
            json.WriteNumber("index", index);
            json.WriteString("kind", kind switch { BlockKind.Text => "text", BlockKind.Thinking => "thinking", _ => "tool_call" });
            json.WriteNumber("offset", offset);
            json.WriteString("delta", delta);
            if (name is not null)
            {
                json.WriteString("name", name);
            }
        });

    private static string Write(string runId, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("run_id", runId);
            body(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static string TextOf(IReadOnlyList<ContentBlock> content) =>
        string.Concat(content.OfType<TextBlock>().Select(block => block.Text));

    private static string Head(string text, int limit) =>
        text.Length <= limit ? text : string.Concat(text.AsSpan(0, limit - (char.IsHighSurrogate(text[limit - 1]) ? 1 : 0)), "\n[cut]");

    private static string Tail(string text, int limit) =>
        text.Length <= limit ? text : text[^(limit - (char.IsLowSurrogate(text[^limit]) ? 1 : 0))..];
}
