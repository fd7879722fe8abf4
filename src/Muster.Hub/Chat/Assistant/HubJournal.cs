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

    /// <summary>Waits for a store that takes nothing: the run goes on when it does.</summary>
    public async ValueTask AppendAsync(IReadOnlyList<JournalRecord> records, CancellationToken cancel)
    {
        stopping.ThrowIfCancellationRequested();
        var (pending, entries) = (new List<(string Name, string Json)>(), records.Select(record => (record, _narrator.Tell(record))).ToList());
        while (_pending.TryDequeue(out var waiting))
        {
            pending.Add(waiting);
        }

        long? first = null;
        await kit.StoreAsync(
            run,
            tx =>
            {
                var next = HubJournalStore.Next(tx, run.Id);
                if (RunStore.Find(tx, run.Id) is not { State: not "ended" } || next != (first ??= next))
                {
                    return; // given up meanwhile or deleted with its conversation, or stored although the store broke down over it
                }

                pending.ForEach(said => kit.Tell(tx, run, said.Name, said.Json));
                foreach (var (record, told) in entries)
                {
                    Append(tx, next++, record, told);
                }
            },
            stopping);
        Ended |= records.Any(record => record is JournalRecord.RunFinished);
    }

    /// <summary>An event that no record stands for; it goes out with the next record.</summary>
    public void AddPending(string name, string json) => _pending.Enqueue((name, json));

    private void Append(Transaction tx, long number, JournalRecord record, IReadOnlyList<(string Name, string Json)> told)
    {
        foreach (var (name, json) in told)
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
