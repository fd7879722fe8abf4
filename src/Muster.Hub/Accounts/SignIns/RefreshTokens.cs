using Muster.Storage;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>
/// Each refresh token works once and gives the next of its family, which is a sign-in. A token that is used twice was copied, so its
/// whole sign-in ends.
/// </summary>
internal static class RefreshTokens
{
    public static string Issue(Transaction tx, string userId, string signIn, DateTimeOffset now)
    {
        var token = "mrt_" + Secrets.New();
        tx.Execute("delete from refresh_tokens where expires_at < @now", new { now = now.ToUnixTimeMilliseconds() });
        tx.Execute(
            "insert into refresh_tokens (hash, family, user_id, expires_at) values (@hash, @signIn, @userId, @expires)",
            new { hash = Secrets.Hash(token), signIn, userId, expires = (now + SignInStore.Life).ToUnixTimeMilliseconds() });
        return token;
    }

    /// <summary>The sign-in and the next token, or null for a wrong, old or used one.</summary>
    public static RefreshOutcome Rotate(Transaction tx, string token, DateTimeOffset now)
    {
        var hash = Secrets.Hash(token);
        var found = tx.Query<(string Family, string UserId, long ExpiresAt, long UsedAt)>(
            "select family, user_id, expires_at, coalesce(used_at, 0) from refresh_tokens where hash = @hash", new { hash });
        if (found is not [var row] || row.ExpiresAt <= now.ToUnixTimeMilliseconds())
        {
            return default;
        }

        if (row.UsedAt != 0)
        {
            SignInStore.End(tx, row.Family);
            return new RefreshOutcome(row.UserId, row.Family, null);
        }

        if (SignInStore.Find(tx, row.Family, now) is null)
        {
            return new RefreshOutcome(row.UserId, null, null);
        }

        tx.Execute("update refresh_tokens set used_at = @at where hash = @hash", new { hash, at = now.ToUnixTimeMilliseconds() });
        SignInStore.Renewed(tx, row.Family, now);
        return new RefreshOutcome(row.UserId, row.Family, Issue(tx, row.UserId, row.Family, now));
    }
}

/// <param name="UserId">Null for a token that nobody has.</param>
/// <param name="SignIn">Null where it ended with the account, which is or was disabled.</param>
/// <param name="Token">The next one; null where this one had been used before, or its sign-in has ended.</param>
internal readonly record struct RefreshOutcome(string? UserId, string? SignIn, string? Token);
