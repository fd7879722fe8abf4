using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Spending;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>Ends a conversation for good: its work is stopped, its limit and its thread are gone.</summary>
internal sealed class ConversationEnd(Database database, Stops stops, SpendingDesk spending, ThreadFeeds feeds)
{
    public async Task DeleteAsync(string conversation, CancellationToken cancel)
    {
        await stops.StopAsync(conversation, cancel);
        await database.WriteAsync(
            tx =>
            {
                spending.Forget(tx, conversation);
                ConversationStore.Delete(tx, conversation);
            },
            cancel);
        feeds.Forget(conversation);
    }
}
