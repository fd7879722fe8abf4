using System.Collections.Concurrent;
using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Spending;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>The journal of one run on the hub, and its thread: what is recorded is told in the same transaction.</summary>
/// <param name="stopping">The hub goes down: nothing more is written, so that the next start goes on from here.</param>
internal sealed class HubJournal(RunRow run, HubRunKit kit, RunDescription description, CancellationToken stopping) : IRunJournal
{
    private readonly ConcurrentQueue<(string Name, string Json)> _pending = new();
    private readonly RunNarrator _narrator = new(run.Id, description);
    /// <summary>The end of the run is stored.</summary>
    public bool Ended { get; private set; }

    public async ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel)
    {
        stopping.ThrowIfCancellationRequested();
        await kit.Database.WriteAsync(
            tx =>
            {
                if (RunStore.Find(tx, run.Id) is not { State: not "ended" })
                {
                    return; // given up meanwhile, or deleted with its conversation
                }

                while (_pending.TryDequeue(out var waiting))
                {
                    kit.Tell(tx, run, waiting.Name, waiting.Json);
                }

                var first = HubJournalStore.Next(tx, run.Id);
                for (var i = 0; i < records.Count; i++)
                {
                    Append(tx, first + i, records[i]);
                }
            },
            cancel);
        Ended |= records.Any(record => record is JournalRecord.RunFinished);
    }

    /// <summary>An event that no record stands for; it goes out with the next record.</summary>
    public void AddPending(string name, string json) => _pending.Enqueue((name, json));

    private void Append(Transaction tx, long number, JournalRecord record)
    {
        foreach (var (name, json) in _narrator.Tell(record))
        {
            kit.Tell(tx, run, name, name == "agent_end" ? SpendingCost.Into(tx, run.Id, json) : json);
        }

        switch (record)
        {
            case JournalRecord.RunFinished finished:
                HubJournalStore.Forget(tx, run.Id);
                kit.Ends.Ended(tx, run, RunEventJson.Outcome(finished.Outcome));
                return;
            case JournalRecord.MessageAdded { Message: UserMessage shown }:
                MessageStore.Shown(tx, shown.Id);
                break;
        }

        HubJournalStore.Append(tx, run.Id, number, record is JournalRecord.RunStarted started ? started with { Context = [] } : record);
    }
}
