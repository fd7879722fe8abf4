using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.Failures;

namespace Muster.Agents.Providers.Anthropic;

/// <summary>From Anthropic's stream events to ours. One answer, one decoder.</summary>
internal sealed class AnthropicDecoder(AssistantDraft draft, Endpoint endpoint)
{
    private readonly Dictionary<long, Open> _open = [];
    private string? _stopReason;

    /// <summary>The provider said that the answer is over.</summary>
    public bool IsComplete { get; private set; }

    public IEnumerable<ModelEvent> Apply(JsonElement step)
    {
        switch (Text(step, "type"))
        {
            case "message_start":
                Count(Part(step, "message") is { } message ? Part(message, "usage") : null);
                return [draft.Start()];
            case "content_block_start":
                return Start(Index(step), Part(step, "content_block") ?? default);
            case "content_block_delta":
                return Delta(Index(step), Part(step, "delta") ?? default);
            case "content_block_stop":
                return Stop(Index(step));
            case "message_delta":
                _stopReason = Part(step, "delta") is { } delta ? Text(delta, "stop_reason") ?? _stopReason : _stopReason;
                Count(Part(step, "usage"));
                return [];
            case "message_stop":
                IsComplete = true;
                return [];
            case "error":
                throw new ModelProblemException(Explain.MidStream(endpoint, ErrorReply.FromJson(step, status: null)));
            default:
                return [];
        }
    }

    public ModelEvent Finish()
    {
        if (!IsComplete && _stopReason is null)
        {
            throw new ModelProblemException(Explain.Broken(endpoint, "it ended before the model was done"));
        }

        return _stopReason switch
        {
            "max_tokens" or "model_context_window_exceeded" => draft.Finish(StopReason.Length),
            "tool_use" => draft.Finish(StopReason.ToolUse),
            "refusal" => Fail(Explain.Filtered(endpoint)),
            _ => draft.Finish(StopReason.Stop),
        };
    }

    private ModelEvent Fail(ModelProblem problem) => draft.Fail(problem.Sentence, problem.Failure);

    private IEnumerable<ModelEvent> Start(long index, JsonElement block)
    {
        var type = Text(block, "type");
        BlockKind? kind = type switch
        {
            "text" => BlockKind.Text,
            "thinking" or "redacted_thinking" => BlockKind.Thinking,
            "tool_use" => BlockKind.ToolCall,
            _ => null,
        };
        if (kind is null)
        {
            yield break;
        }

        var opened = (ModelEvent.BlockStarted)draft.Open(kind.Value, Text(block, "id"), Text(block, "name"));
        var open = new Open(opened.Index);
        _open[index] = open;
        if (type == "redacted_thinking")
        {
            open.Signature = AnthropicMessages.Redacted + Text(block, "data");
        }

        yield return opened;
        if ((Text(block, "text") ?? Text(block, "thinking")) is { Length: > 0 } first)
        {
            yield return draft.Append(open.Block, first);
        }
    }

    private IEnumerable<ModelEvent> Delta(long index, JsonElement delta)
    {
        if (!_open.TryGetValue(index, out var open))
        {
            yield break;
        }

        open.Signature += Text(delta, "signature");
        if ((Text(delta, "text") ?? Text(delta, "thinking") ?? Text(delta, "partial_json")) is { Length: > 0 } piece)
        {
            yield return draft.Append(open.Block, piece);
        }
    }

    private IEnumerable<ModelEvent> Stop(long index)
    {
        if (_open.Remove(index, out var open))
        {
            yield return draft.Close(open.Block, open.Signature is { Length: > 0 } signature ? signature : null);
        }
    }

    /// <summary>Later counts replace earlier ones; what a later one leaves out stays.</summary>
    private void Count(JsonElement? usage)
    {
        if (usage is not { } counts)
        {
            return;
        }

        var before = draft.Usage;
        var read = Number(counts, "cache_read_input_tokens") ?? before.CacheRead;
        var written = Number(counts, "cache_creation_input_tokens") ?? before.CacheWrite;
        var fresh = Number(counts, "input_tokens") ?? (before.Input - before.CacheRead - before.CacheWrite);
        draft.Usage = new Usage(fresh + read + written, Number(counts, "output_tokens") ?? before.Output, read, written);
    }

    private static long Index(JsonElement step) => Number(step, "index") ?? 0;

    private static JsonElement? Part(JsonElement element, string name) =>
        element.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static long? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private sealed class Open(int block)
    {
        public int Block { get; } = block;
        public string? Signature { get; set; }
    }
}
