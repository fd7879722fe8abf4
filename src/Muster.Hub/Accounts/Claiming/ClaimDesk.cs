using Microsoft.AspNetCore.Http;
using Muster.Hub.Api;
using Muster.Storage;

namespace Muster.Hub.Accounts.Claiming;

/// <summary>Gives a hub its owner: sets the password by a one-time link, and ends everything that was signed in before.</summary>
internal sealed class ClaimDesk(Database database, Passwords passwords, ClaimState claim, People people, ApiLimits limits, TimeProvider time)
{
    public async Task<UserRow> ClaimAsync(HttpContext context, ClaimRequest request)
    {
        // A name or password that will not do is no guess at the link.
        var username = ValidName(request.Username);
        var password = ValidPassword(request.Password);
        if (limits.Claims.Take(Doorkeeper.AddressOf(context)) is { } wait)
        {
            throw ApiException.RateLimited(wait);
        }

        var hash = passwords.Hash(password);
        return await database.WriteAsync(tx => Claim(tx, request.Token ?? "", username, hash), context.RequestAborted);
    }

    private UserRow Claim(Transaction tx, string token, string username, string hash)
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
        RefreshTokens.EndAll(tx, owner.Id);
        Sessions.EndAll(tx, owner.Id);
        people.Changed(tx, owner.Id);
        tx.OnCommitted(() => claim.Claimed = true);
        return UserStore.Owner(tx);
    }

    private static string ValidName(string? name)
    {
        var trimmed = name?.Trim() ?? "";
        return trimmed.Length is >= 1 and <= 64 && trimmed.All(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' or '.' or '@')
            ? trimmed
            : throw ApiException.Invalid("username", "The name must have 1 to 64 letters, digits, dots, dashes or underscores.", "Choose another.");
    }

    private static string ValidPassword(string? password) =>
        password?.Length is >= Passwords.Least and <= Passwords.Most
            ? password
            : throw ApiException.Invalid("password", $"The password must have {Passwords.Least} to {Passwords.Most} characters.", "Choose another.");
}
