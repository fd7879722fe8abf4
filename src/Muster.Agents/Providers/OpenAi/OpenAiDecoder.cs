using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Agents.Providers.Failures;

namespace Muster.Agents.Providers.OpenAi;

/// <summary>From chunks to events. One answer, one decoder.</summary>
/// <param name="mayBeSilent">Whether an answer without anything in it is one: after tool results, not after a person's words.</param>
internal sealed class OpenAiDecoder(AssistantDraft draft, Endpoint endpoint, bool mayBeSilent)
{
    private readonly ToolCallPieces _calls = new(draft);
    private (int Index, BlockKind Kind)? _open;
    private bool _started;

    /// <summary>Null until the model said why it stopped.</summary>
    public string? FinishReason { get; private set; }

    public IEnumerable<ModelEvent> Apply(JsonElement chunk)
    {
        if (chunk.ValueKind != JsonValueKind.Object)
        {
            throw new ModelProblemException(Explain.Broken(endpoint, "it sent something that is no chunk of an answer"));
        }

        if (chunk.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
        {
            throw new ModelProblemException(Explain.MidStream(endpoint, ErrorReply.FromJson(chunk, status: null)));
        }

        draft.Usage = Chunk.Usage(chunk) ?? draft.Usage;
        if (!_started)
        {
            _started = true;
            yield return draft.Start();
        }

        if (Chunk.Choice(chunk) is not { ValueKind: JsonValueKind.Object } choice)
        {
            yield break;
        }

        draft.Usage = Chunk.Usage(choice) ?? draft.Usage;
        foreach (var step in Chunk.Delta(choice) is { } delta ? Delta(delta) : [])
        {
            yield return step;
        }

        FinishReason = Chunk.Text(choice, "finish_reason") ?? FinishReason;
    }

    /// <summary>Closes what is open and ends the answer.</summary>
    public IEnumerable<ModelEvent> Finish()
    {
        if (!_started)
        {
            yield return draft.Start();
        }

        foreach (var closed in CloseText().Concat(_calls.Finish()))
        {
            yield return closed;
        }

        yield return FinishReason switch
        {
            null or "stop" when draft.IsEmpty && !mayBeSilent => Fail(Explain.Empty(endpoint)),
            "length" => draft.Finish(StopReason.Length),
            "content_filter" or "sensitive" => Fail(Explain.Filtered(endpoint)),
            "network_error" or "insufficient_system_resource" => Fail(Explain.Broken(endpoint, $"the provider stopped with \"{FinishReason}\"")),
            _ => draft.Finish(_calls.Any ? StopReason.ToolUse : StopReason.Stop),
        };
    }

    private ModelEvent Fail(ModelProblem problem) => draft.Fail(problem.Sentence, problem.Failure);

    private IEnumerable<ModelEvent> Delta(JsonElement delta)
    {
        if ((Chunk.Text(delta, "reasoning_content") ?? Chunk.Text(delta, "reasoning")) is { } thought)
        {
            foreach (var step in Append(BlockKind.Thinking, thought))
            {
                yield return step;
            }
        }

        if ((Chunk.Text(delta, "content") ?? Chunk.Text(delta, "refusal")) is { } text)
        {
            foreach (var step in Append(BlockKind.Text, text))
            {
                yield return step;
            }
        }

        if (delta.TryGetProperty("tool_calls", out var calls) && calls.ValueKind == JsonValueKind.Array)
        {
            foreach (var step in calls.EnumerateArray().Where(piece => piece.ValueKind == JsonValueKind.Object).SelectMany(Call))
            {
                yield return step;
            }
        }
    }

    private IEnumerable<ModelEvent> Call(JsonElement piece) => CloseText().Concat(_calls.Apply(piece));

    private IEnumerable<ModelEvent> Append(BlockKind kind, string text)
    {
        if (_open?.Kind != kind)
        {
            foreach (var closed in CloseText())
            {
                yield return closed;
            }

            var opened = (ModelEvent.BlockStarted)draft.Open(kind);
            _open = (opened.Index, kind);
            yield return opened;
        }

        yield return draft.Append(_open!.Value.Index, text);
    }

    private IEnumerable<ModelEvent> CloseText()
    {
        if (_open is { } open)
        {
            _open = null;
            yield return draft.Close(open.Index);
        }
    }
}
