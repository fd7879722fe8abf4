using System.Collections.Concurrent;
using System.Text.Json;
using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>
/// One run's journal. The durable events of the run are derived from its records and put into the outbox in the same
/// transaction, so that what happened and what was told of it can never differ.
/// </summary>
internal sealed class RunJournal(Forward forward, RunKit kit, RunOutput output, RunDescription description) : IRunJournal
{
    private static readonly JsonElement _noArguments = JsonDocument.Parse("{}").RootElement;
    private readonly ConcurrentQueue<(string Name, string Json)> _pending = new();
    private long _number = description.Records.Count;
    private readonly HashSet<string> _begun = [.. description.ToolsBegun];
    private readonly HashSet<string> _told = [.. description.ToolsEnded];
    private readonly TurnTrack _turns = TurnTrack.After(description.Records);
    private AssistantMessage? _answer = description.LastAnswer;
    private Usage _usage = description.UsageSoFar;

    /// <summary>The agent's context, asked for when the run has finished.</summary>
    public Func<IReadOnlyList<AgentMessage>> Context { get; set; } = () => [];

    /// <summary>The end of the run is written, and said.</summary>
    public bool Ended { get; private set; }

    public async ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel)
    {
        kit.Shutdown.ThrowIfCancellationRequested();
        var first = Interlocked.Add(ref _number, records.Count) - records.Count;
        await kit.Database.WriteAsync(
            transaction =>
            {
                FlushPending(transaction);
                for (var i = 0; i < records.Count; i++)
                {
                    Append(transaction, first + i, records[i]);
                }
            },
            cancel);
    }

    /// <summary>An event that no record stands for; it goes out with the next record.</summary>
    public void AddPending(string name, string json) => _pending.Enqueue((name, json));

    private void Append(Transaction transaction, long number, JournalRecord record)
    {
        foreach (var (name, turn) in _turns.Before(record))
        {
            output.Durable(transaction, name, RunEventJson.Turn(forward.RunId, turn));
        }

        if (record is JournalRecord.RunFinished finished)
        {
            Finish(transaction, finished);
            return;
        }

        RunStore.Append(transaction, forward.RunId, number, WithoutContext(record));
        switch (record)
        {
            case JournalRecord.RunStarted:
                output.Durable(transaction, "agent_start", RunEventJson.AgentStart(forward.RunId, description.Node, description.Model, resumed: false));
                break;
            case JournalRecord.MessageAdded { Message: ToolResultMessage result }:
                TellRefused(transaction, result);
                output.Durable(transaction, "message_end", RunEventJson.MessageEnd(forward.RunId, result));
                break;
            case JournalRecord.MessageAdded added:
                Count(added.Message);
                output.Durable(transaction, "message_end", RunEventJson.MessageEnd(forward.RunId, added.Message));
                break;
            case JournalRecord.ToolStarted tool when _begun.Add(tool.ToolCallId): // not again for one that is repeated after a crash
                output.Durable(transaction, "tool_execution_start", RunEventJson.ToolStart(forward.RunId, tool.ToolCallId, tool.ToolName, tool.Args));
                break;
            case JournalRecord.ToolFinished tool:
                _told.Add(tool.ToolCallId);
                output.Durable(transaction, "tool_execution_end", RunEventJson.ToolEnd(forward.RunId, tool.Result));
                break;
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
    private void TellRefused(Transaction transaction, ToolResultMessage result)
    {
        if (!_told.Add(result.ToolCallId))
        {
            return;
        }

        var call = _answer?.ToolCalls.FirstOrDefault(call => call.Id == result.ToolCallId);
        output.Durable(
            transaction,
            "tool_execution_start",
            RunEventJson.ToolStart(forward.RunId, result.ToolCallId, result.ToolName, call?.Arguments ?? _noArguments));
        output.Durable(transaction, "tool_execution_end", RunEventJson.ToolEnd(forward.RunId, result));
    }

    private void Finish(Transaction transaction, JournalRecord.RunFinished finished)
    {
        Remember(transaction, Context());
        RunStore.End(transaction, forward.RunId);
        output.Durable(
            transaction,
            "agent_end",
            RunEventJson.AgentEnd(forward.RunId, RunEventJson.Outcome(finished.Outcome), finished.Error, _usage));
        transaction.OnCommitted(() => Ended = true);
    }

    /// <summary>Writes what is new; all of it only when a compaction replaced the beginning.</summary>
    private void Remember(Transaction transaction, IReadOnlyList<AgentMessage> context)
    {
        var known = description.Context;
        var appended = context.Count >= known.Count
            && known.Zip(context).All(pair => pair.First.Id == pair.Second.Id);
        if (appended)
        {
            RunStore.AddToContext(transaction, forward.ConversationId, context.Skip(known.Count));
        }
        else
        {
            RunStore.ReplaceContext(transaction, forward.ConversationId, context);
        }
    }

    private void FlushPending(Transaction transaction)
    {
        while (_pending.TryDequeue(out var waiting))
        {
            output.Durable(transaction, waiting.Name, waiting.Json);
        }
    }

    /// <summary>The context lies in its own table; a copy per run would only cost.</summary>
    private static JournalRecord WithoutContext(JournalRecord record) =>
        record is JournalRecord.RunStarted started ? started with { Context = [] } : record;
}
