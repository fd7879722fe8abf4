using System.Collections.Concurrent;
using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>
/// One run's journal. The durable events of the run are derived from its records and put into the outbox in the same
/// transaction, so that what happened and what was told of it can never differ.
/// </summary>
internal sealed class RunJournal(Forward forward, RunKit kit, RunOutput output, RunDescription description) : IRunJournal
{
    private readonly ConcurrentQueue<(string Name, string Json)> _pending = new();
    private readonly RunNarrator _narrator = new(forward.RunId, description);

    /// <summary>The agent's context, asked for when the run has finished.</summary>
    public Func<IReadOnlyList<AgentMessage>> Context { get; set; } = () => [];

    /// <summary>The end of the run is written, and said.</summary>
    public bool Ended { get; private set; }

    public async ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel)
    {
        kit.Shutdown.ThrowIfCancellationRequested();
        await kit.Database.WriteAsync(
            transaction =>
            {
                FlushPending(transaction);
                var first = RunStore.Next(transaction, forward.RunId);
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
        foreach (var (name, json) in _narrator.Tell(record))
        {
            output.Durable(transaction, name, json);
        }

        if (record is JournalRecord.RunFinished)
        {
            Remember(transaction, Context());
            RunStore.End(transaction, forward.RunId);
            transaction.OnCommitted(() => Ended = true);
        }
        else
        {
            RunStore.Append(transaction, forward.RunId, number, WithoutContext(record));
        }
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
