using Muster.Cli.State;
using Muster.Client;

namespace Muster.Cli.Talk;

/// <summary>Which conversation <c>--continue</c> means: the one this home spoke in last, else the hub's newest.</summary>
internal static class LastConversation
{
    public static void Remember(Home home, string id) => Home.Write(home.LastConversation, id);

    public static async Task<string?> FindAsync(Home home, MusterClient client, CancellationToken cancellationToken)
    {
        if (Home.Read(home.LastConversation)?.Trim() is { Length: > 0 } id)
        {
            try
            {
                return (await client.Conversations.GetAsync(id, cancellationToken)).Id;
            }
            catch (MusterException exception) when (exception.Status is 404 or 422)
            {
                // deleted, or of another hub: the newest one counts
            }
        }

        return await client.Conversations.ListAsync(1, null, cancellationToken) is { Items: [var newest, ..] } ? newest.Id : null;
    }
}
