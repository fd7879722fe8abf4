using Muster.Agents.Runs;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>What every run on the hub shares.</summary>
internal sealed record HubRunKit(Database Database, ThreadStore Threads, ThreadFeeds Feeds, RunEnds Ends, HubAgents Agents, BackgroundWork Background, TimeProvider Time)
{
    public void Tell(Transaction tx, RunRow run, string name, string json) =>
        Threads.Append(tx, run.ConversationId, name, json, HubMachine.Name, run.Id);

    /// <summary>Writes, waiting for a store that takes nothing; those who watch are told why it takes so long.</summary>
    /// <exception cref="OperationCanceledException">The hub goes down.</exception>
    public Task StoreAsync(RunRow run, Action<Transaction> work, CancellationToken stopping) => Background.UntilStoredAsync(
        storing => Database.WriteAsync(work, storing), stopping, why => Show(run, "notice", RunEventJson.Notice(run.Id, "waits", "warning", $"The hub cannot store this. {why} The work goes on then.")));

    /// <summary>To those who watch now.</summary>
    public void Show(RunRow run, string name, string json)
    {
        if (Ends.IsOpen(run.Id))
        {
            Feeds.Publish(run.ConversationId, new ThreadEvent(0, name, json, RunEvents.MessageOf(json)));
        }
    }
}
