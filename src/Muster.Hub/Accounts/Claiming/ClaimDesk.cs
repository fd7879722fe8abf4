using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts.Audit;
using Muster.Hub.Accounts.Joining;
using Muster.Hub.Accounts.SignIns;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.Claiming;

/// <summary>Gives a hub its owner: sets the password by a one-time link, and ends everything that was signed in before.</summary>
internal sealed class ClaimDesk(Database database, Passwords passwords, ClaimState claim, People people, ApiLimits limits, AuditLog audit, TimeProvider time)
{
    public async Task<UserRow> ClaimAsync(HttpContext context, ClaimRequest request)
    {
        // A name or password that will not do is no guess at the link.
        var username = AccountRules.Name(request.Username);
        var password = AccountRules.Password(request.Password, username);
        if (limits.Claims.Take(Networks.Of(Doorkeeper.AddressOf(context))) is { } wait)
        {
            throw ApiException.RateLimited(wait);
        }

        var hash = await passwords.HashAsync(password, context.RequestAborted);
        return await database.WriteAsync(tx => Claim(tx, context, request.Token ?? "", username, hash), context.RequestAborted);
    }

    private UserRow Claim(Transaction tx, HttpContext context, string token, string username, string hash)
    {
        if (claim.Claimed || !ClaimLinks.Use(tx, token, time.GetUtcNow()))
        {
            throw new ApiException(403, "claim_token", "This link is wrong, was used, or is older than 30 minutes: print a new one with muster owner link.");
        }

        var owner = UserStore.Owner(tx);
        if (UserStore.FindByName(tx, username) is { } other && other.Id != owner.Id)
        {
            throw ApiException.Conflict($"The name \"{username}\" is taken: choose another.");
        }

        UserStore.SetPassword(tx, owner.Id, username, hash);
        SignInStore.EndAll(tx, owner.Id);
        people.Changed(tx, owner.Id);
        tx.OnCommitted(() => claim.Claimed = true);
        var claimed = UserStore.Owner(tx);
        audit.Add(tx, AuditActor.Of(context, claimed), "hub.claim", claimed.Username);
        return claimed;
    }
}
