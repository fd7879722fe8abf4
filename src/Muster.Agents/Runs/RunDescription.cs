using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents.Runs;

/// <summary>What is known of a run when it is taken up.</summary>
/// <param name="Context">The conversation before this run.</param>
/// <param name="Records">What its journal holds already; empty for a new run.</param>
public sealed record RunDescription(
    string Node,
    string Model,
    IReadOnlyList<AgentMessage> Context,
    IReadOnlyList<JournalRecord> Records)
{
    public AssistantMessage? LastAnswer => Answers.LastOrDefault();

    public IEnumerable<string> ToolsBegun => Records.OfType<JournalRecord.ToolStarted>().Select(record => record.ToolCallId);

    public IEnumerable<string> ToolsEnded => Records.OfType<JournalRecord.ToolFinished>().Select(record => record.ToolCallId)
        .Concat(Added.OfType<ToolResultMessage>().Select(result => result.ToolCallId));

    public Usage UsageSoFar => Answers.Aggregate(Usage.None, (sum, answer) => sum + answer.Usage);

    public IEnumerable<AgentMessage> Added => Records.OfType<JournalRecord.MessageAdded>().Select(record => record.Message);

    private IEnumerable<AssistantMessage> Answers => Added.OfType<AssistantMessage>();
}
