using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>Ends a conversation for good: its work is stopped, its limit and its thread are gone.</summary>
internal sealed class ConversationEnd(Database database, NodeDirectory nodes, Stops stops, SpendingDesk spending, ThreadFeeds feeds)
{
    public async Task DeleteAsync(string conversation, CancellationToken cancel)
    {
        await stops.StopAsync(conversation, cancel);
        await database.WriteAsync(
            tx =>
            {
                Forget(tx, conversation);
                spending.Forget(tx, conversation);
                ConversationStore.Delete(tx, conversation);
            },
            cancel);
        feeds.Forget(conversation);
    }

    /// <summary>Machines that know something of it are told to know it no more, also those that are away.</summary>
    private void Forget(Transaction tx, string conversation)
    {
        var epoch = ConversationStore.RaiseEpoch(tx, conversation);
        var known = tx.Query<string>(
            """
            select node_id from node_seen where conversation_id = @conversation union select node_id from runs where conversation_id = @conversation
            union select node_id from fleet_nodes where conversation_id = @conversation
            """,
            new { conversation });
        foreach (var node in known.Where(id => id != HubMachine.Name).Select(Id<Node>.Parse).Where(id => nodes.Find(id) is { Dialect: NodeDialect.Muster }))
        {
            nodes.Enqueue(tx, node, Lane.Chat, new Frame { Stop = new Stop { ConversationId = conversation, Epoch = (ulong)epoch, Forget = true } });
        }
    }
}
