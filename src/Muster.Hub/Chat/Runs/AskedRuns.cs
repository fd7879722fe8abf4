using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat.Runs;

/// <summary>Stops runs whose user may no longer ask where they go on.</summary>
internal sealed class AskedRuns(Database database, Stops stops)
{
    /// <summary>Those of these users on one machine.</summary>
    public async Task StopAsync(Id<Node> node, IReadOnlySet<Id<User>> users)
    {
        if (users.Count > 0)
        {
            await StopAsync(await database.ReadAsync(tx => RunStore.ConversationsOf(tx, [.. users.Select(user => user.ToString())], node.ToString())));
        }
    }

    /// <summary>All of this user.</summary>
    public async Task StopAsync(Id<User> user) => await StopAsync(await database.ReadAsync(tx => RunStore.ConversationsOf(tx, [user.ToString()], null)));

    // Not with the request: whoever asked for it may have gone, and the runs are to stop all the same.
    private async Task StopAsync(IReadOnlyList<string> conversations) => await Task.WhenAll(conversations.Select(conversation => stops.StopAsync(conversation, CancellationToken.None)));
}
