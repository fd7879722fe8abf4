using System.Text.Json;
using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents.Runs;

/// <summary>
/// The durable events of a run, read off its journal's records alone. Whoever writes a record tells these in the same transaction, so
/// that what happened and what was told of it can never differ. One run after the other: not thread safe.
/// </summary>
public sealed class RunNarrator(string runId, RunDescription description)
{
    private static readonly JsonElement _noArguments = JsonElement.Parse("{}");
    private readonly HashSet<string> _begun = [.. description.ToolsBegun];
    private readonly HashSet<string> _told = [.. description.ToolsEnded];
    private readonly TurnTrack _turns = TurnTrack.After(description.Records);
    private AssistantMessage? _answer = description.LastAnswer;
    private Usage _usage = description.UsageSoFar;

    public IReadOnlyList<(string Name, string Json)> Tell(JournalRecord record) =>
        [.. _turns.Before(record).Select(said => (said.Name, RunEventJson.Turn(runId, said.Turn))), .. Own(record)];

    private IReadOnlyList<(string Name, string Json)> Own(JournalRecord record)
    {
        switch (record)
        {
            case JournalRecord.RunStarted:
                return [("agent_start", RunEventJson.AgentStart(runId, description.Node, description.Model, resumed: false))];
            case JournalRecord.MessageAdded { Message: ToolResultMessage result }:
                return [.. Refused(result), ("message_end", RunEventJson.MessageEnd(runId, result))];
            case JournalRecord.MessageAdded added:
                Count(added.Message);
                return [("message_end", RunEventJson.MessageEnd(runId, added.Message))];
            case JournalRecord.ToolStarted tool when _begun.Add(tool.ToolCallId): // not again for one that is repeated after a crash
                return [("tool_execution_start", RunEventJson.ToolStart(runId, tool.ToolCallId, tool.ToolName, tool.Args))];
            case JournalRecord.ToolFinished tool:
                _told.Add(tool.ToolCallId);
                return [("tool_execution_end", RunEventJson.ToolEnd(runId, tool.Result))];
            case JournalRecord.RunFinished finished:
                return [("agent_end", RunEventJson.AgentEnd(runId, RunEventJson.Outcome(finished.Outcome), finished.Error, _usage))];
            default:
                return [];
        }
    }

    private void Count(AgentMessage message)
    {
        if (message is AssistantMessage answer)
        {
            _usage += answer.Usage;
            _answer = answer;
        }
    }

    /// <summary>A call that was refused has no intent and no effect, and so no records of its own; people still see it.</summary>
    private IReadOnlyList<(string Name, string Json)> Refused(ToolResultMessage result)
    {
        if (!_told.Add(result.ToolCallId))
        {
            return [];
        }

        var call = _answer?.ToolCalls.FirstOrDefault(call => call.Id == result.ToolCallId);
        return
        [
            ("tool_execution_start", RunEventJson.ToolStart(runId, result.ToolCallId, result.ToolName, call?.Arguments ?? _noArguments)),
            ("tool_execution_end", RunEventJson.ToolEnd(runId, result)),
        ];
    }
}
