using System.ClientModel;
using System.Text.Encodings.Web;
using System.Text.Json;
using Muster.Agents.Models;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>Writes the body of a chat completions request.</summary>
internal static class OpenAiRequest
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static BinaryContent Write(ModelRequest request, OpenAiOptions options, OpenAiDialect dialect)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Compact))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, options.Model);
            json.WriteBoolean("stream"u8, true);
            json.WriteStartObject("stream_options"u8);
            json.WriteBoolean("include_usage"u8, true);
            json.WriteEndObject();
            WriteSettings(json, request.Settings, dialect);
            new OpenAiMessages(json, options.Name ?? options.Model, dialect).Write(request);
            WriteTools(json, request.Tools, dialect);
            json.WriteEndObject();
        }

        return BinaryContent.Create(BinaryData.FromBytes(stream.ToArray()));
    }

    private static void WriteSettings(Utf8JsonWriter json, ModelSettings settings, OpenAiDialect dialect)
    {
        if (settings.MaxTokens is { } limit)
        {
            json.WriteNumber(dialect.NewMaxTokens ? "max_completion_tokens"u8 : "max_tokens"u8, limit);
        }

        if (settings.Temperature is { } temperature)
        {
            json.WriteNumber("temperature"u8, temperature);
        }

        if (settings.Thinking is not { } thinking)
        {
            return;
        }

        if (dialect.ThinkingSwitch)
        {
            json.WriteStartObject("thinking"u8);
            json.WriteString("type"u8, thinking == "none" ? "disabled" : "enabled");
            json.WriteEndObject();
        }

        if (Effort(thinking, dialect) is { } effort)
        {
            json.WriteString("reasoning_effort"u8, effort);
        }
    }

    private static string? Effort(string thinking, OpenAiDialect dialect) => thinking switch
    {
        "none" => dialect.ThinkingSwitch ? null : "none",
        "low" => dialect.Efforts?.Low,
        "medium" => dialect.Efforts?.Medium,
        _ => dialect.Efforts?.High,
    };

    private static void WriteTools(Utf8JsonWriter json, IReadOnlyList<ToolSpec> tools, OpenAiDialect dialect)
    {
        // Some endpoints refuse an empty list.
        if (tools.Count == 0)
        {
            return;
        }

        json.WriteStartArray("tools"u8);
        foreach (var tool in tools)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parameters"u8);
            tool.Parameters.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (dialect.ToolStream)
        {
            json.WriteBoolean("tool_stream"u8, true);
        }
    }
}
