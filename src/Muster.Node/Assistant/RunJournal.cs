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

    /// <summary>Waits for a store that takes nothing: the run goes on when it does.</summary>
    public async ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel)
    {
        kit.Shutdown.ThrowIfCancellationRequested();
        var (pending, entries) = (new List<(string Name, string Json)>(), records.Select(record => (record, _narrator.Tell(record))).ToList());
        while (_pending.TryDequeue(out var waiting))
        {
            pending.Add(waiting);
        }

        await kit.StoreAsync(
            transaction =>
            {
                pending.ForEach(said => output.Durable(transaction, said.Name, said.Json));
                var next = RunStore.Next(transaction, forward.RunId);
                foreach (var (record, told) in entries)
                {
                    Append(transaction, next++, record, told);
                }
            },
            why => output.Volatile("notice", RunEventJson.Notice(forward.RunId, "waits", "warning", $"{kit.NodeName} cannot store this. {why} The work goes on then.")));
    }

    /// <summary>An event that no record stands for; it goes out with the next record.</summary>
    public void AddPending(string name, string json) => _pending.Enqueue((name, json));

    private void Append(Transaction transaction, long number, JournalRecord record, IReadOnlyList<(string Name, string Json)> told)
    {
        foreach (var (name, json) in told)
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

    /// <summary>The context lies in its own table; a copy per run would only cost.</summary>
    private static JournalRecord WithoutContext(JournalRecord record) =>
        record is JournalRecord.RunStarted started ? started with { Context = [] } : record;
}
