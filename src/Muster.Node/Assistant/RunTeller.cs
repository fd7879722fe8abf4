using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Protocol.Wire;

namespace Muster.Node.Assistant;

/// <summary>Tells watchers what no record stands for: an answer as it grows, a tool's output as it comes, and notices.</summary>
internal sealed class RunTeller(Forward forward, RunKit kit, RunOutput output, RunJournal journal, RunDescription description)
{
    private readonly Dictionary<(string Message, int Index), char> _halves = [];

    public async ValueTask TellAsync(AgentEvent happened)
    {
        switch (happened)
        {
            case AgentEvent.AgentStart when description.Records.Count > 0:
                journal.AddPending("agent_start", RunEventJson.AgentStart(forward.RunId, description.Node, description.Model, resumed: true));
                break;
            case AgentEvent.MessageStart { Message: AssistantMessage message }:
                _halves.Clear();
                output.Volatile("message_start", RunEventJson.MessageStart(forward.RunId, message));
                break;
            case AgentEvent.MessageUpdate { Update: ModelEvent.BlockDelta delta } update:
                Grow(update.MessageId, delta);
                break;
            case AgentEvent.MessageUpdate { Update: ModelEvent.BlockStarted started } update:
                output.Volatile("message_update", RunEventJson.BlockStart(forward.RunId, update.MessageId, started));
                break;
            case AgentEvent.ToolExecutionUpdate update:
                output.Volatile("tool_execution_update", RunEventJson.ToolUpdate(forward.RunId, update.ToolCallId, update.PartialResult.Content));
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

    private Task NoteAsync(string kind, string level, string text) =>
        kit.Database.WriteAsync(transaction => output.Durable(transaction, "notice", RunEventJson.Notice(forward.RunId, kind, level, text)));

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
            output.Volatile("message_update", RunEventJson.Delta(forward.RunId, messageId, delta, offset, text));
        }
    }
}
