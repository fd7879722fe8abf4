using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.Claiming;

/// <summary>Makes one-time links while the hub has no owner; the token is in the fragment, which no server and no proxy sees.</summary>
internal sealed class OwnerLinks(Database database, ClaimState claim, HubAddress address, TimeProvider time)
{
    public async Task<OwnerLinkAnswer> IssueAsync(CancellationToken cancel)
    {
        // Else a key without the scope to approve could set the password, and so get it.
        if (claim.Claimed)
        {
            throw ApiException.Conflict("This hub has its owner already, so it makes no more such links: sign in with the owner's name and password.");
        }

        var (token, expires) = await database.WriteAsync(tx => ClaimLinks.Issue(tx, time.GetUtcNow()), cancel);
        return new OwnerLinkAnswer($"{address.Public}/claim#{token}", token, expires);
    }
}
