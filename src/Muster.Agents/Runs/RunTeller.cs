using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;

namespace Muster.Agents.Runs;

/// <summary>Tells watchers what no record stands for: an answer as it grows, a tool's output as it comes, and notices.</summary>
/// <param name="show">For those who watch now; may be lost.</param>
/// <param name="tell">Durable; returns when it is.</param>
/// <param name="tellLater">Durable, together with the next record.</param>
public sealed class RunTeller(string runId, RunDescription description, Action<string, string> show, Func<string, string, Task> tell, Action<string, string> tellLater)
{
    private readonly Dictionary<(string Message, int Index), char> _halves = [];

    public async ValueTask TellAsync(AgentEvent happened)
    {
        switch (happened)
        {
            case AgentEvent.AgentStart when description.Records.Count > 0:
                tellLater("agent_start", RunEventJson.AgentStart(runId, description.Node, description.Model, resumed: true));
                break;
            case AgentEvent.MessageStart { Message: AssistantMessage message }:
                _halves.Clear();
                show("message_start", RunEventJson.MessageStart(runId, message));
                break;
            case AgentEvent.MessageUpdate { Update: ModelEvent.BlockDelta delta } update:
                Grow(update.MessageId, delta);
                break;
            case AgentEvent.MessageUpdate { Update: ModelEvent.BlockStarted started } update:
                show("message_update", RunEventJson.BlockStart(runId, update.MessageId, started));
                break;
            case AgentEvent.ToolExecutionUpdate update:
                show("tool_execution_update", RunEventJson.ToolUpdate(runId, update.ToolCallId, update.PartialResult.Content));
                break;
            case AgentEvent.Retrying retry:
                await NoteAsync(
                    "retry",
                    "warning",
                    $"{retry.Error} Trying again in {retry.Delay.TotalSeconds:0.#} s ({retry.Attempt} of {retry.MaxAttempts}).");
                break;
            case AgentEvent.Compacted compacted:
                await NoteAsync(
                    "compacted",
                    compacted.Error is null ? "info" : "warning",
                    compacted.Error ?? $"The older part of this conversation was summarised ({compacted.TokensBefore:N0} → {compacted.TokensAfter:N0} tokens).");
                break;
        }
    }

    private Task NoteAsync(string kind, string level, string text) => tell("notice", RunEventJson.Notice(runId, kind, level, text));

    /// <summary>A provider may cut between the halves of a character, which JSON cannot carry alone: the first waits for the second.</summary>
    private void Grow(string messageId, ModelEvent.BlockDelta delta)
    {
        var (text, offset) = (delta.Delta, delta.Offset);
        if (_halves.Remove((messageId, delta.Index), out var half))
        {
            (text, offset) = (half + text, offset - 1);
        }

        if (text.Length > 0 && char.IsHighSurrogate(text[^1]))
        {
            _halves[(messageId, delta.Index)] = text[^1];
            text = text[..^1];
        }

        if (text.Length > 0)
        {
            show("message_update", RunEventJson.Delta(runId, messageId, delta, offset, text));
        }
    }
}
