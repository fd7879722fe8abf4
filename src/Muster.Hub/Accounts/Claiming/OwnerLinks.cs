using Muster.Storage;

namespace Muster.Hub.Accounts.Claiming;

/// <summary>Prints one-time links; the token is in the fragment, which no server and no proxy sees.</summary>
internal sealed class OwnerLinks(Database database, HubAddress address, TimeProvider time)
{
    public async Task<OwnerLinkAnswer> IssueAsync(CancellationToken cancel)
    {
        var (token, expires) = await database.WriteAsync(tx => ClaimLinks.Issue(tx, time.GetUtcNow()), cancel);
        return new OwnerLinkAnswer($"{address.Public}/claim#{token}", token, expires);
    }
}
