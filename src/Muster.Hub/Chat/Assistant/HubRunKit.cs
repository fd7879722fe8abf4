using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>What every run on the hub shares.</summary>
internal sealed record HubRunKit(Database Database, ThreadStore Threads, ThreadFeeds Feeds, RunEnds Ends, HubAgents Agents, BackgroundWork Background, TimeProvider Time)
{
    public void Tell(Transaction tx, RunRow run, string name, string json) =>
        Threads.Append(tx, run.ConversationId, name, json, HubMachine.Name, run.Id);

    /// <summary>To those who watch now.</summary>
    public void Show(RunRow run, string name, string json)
    {
        if (Ends.IsOpen(run.Id))
        {
            Feeds.Publish(run.ConversationId, new ThreadEvent(0, name, json, RunEvents.MessageOf(json)));
        }
    }
}
