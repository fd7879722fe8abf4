using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>
/// Each refresh token works once and gives the next of its family. A token that is used twice was copied, so its whole family
/// ends.
/// </summary>
internal static class RefreshTokens
{
    private static readonly TimeSpan _life = TimeSpan.FromDays(30);

    public static string Issue(Transaction tx, string userId, DateTimeOffset now, string? family = null)
    {
        var token = "mrt_" + Secrets.New();
        tx.Execute("delete from refresh_tokens where expires_at < @now", new { now = now.ToUnixTimeMilliseconds() });
        tx.Execute(
            "insert into refresh_tokens (hash, family, user_id, expires_at) values (@hash, @family, @userId, @expires)",
            new { hash = Secrets.Hash(token), family = family ?? Secrets.New(), userId, expires = (now + _life).ToUnixTimeMilliseconds() });
        return token;
    }

    /// <summary>The user and the next token, or null for a wrong, old or used one.</summary>
    public static (string UserId, string Token)? Rotate(Transaction tx, string token, DateTimeOffset now)
    {
        var hash = Secrets.Hash(token);
        var found = tx.Query<(string Family, string UserId, long ExpiresAt, long UsedAt)>(
            "select family, user_id, expires_at, coalesce(used_at, 0) from refresh_tokens where hash = @hash", new { hash });
        if (found is not [var row] || row.ExpiresAt <= now.ToUnixTimeMilliseconds())
        {
            return null;
        }

        if (row.UsedAt != 0)
        {
            tx.Execute("delete from refresh_tokens where family = @Family", new { row.Family });
            return null;
        }

        tx.Execute("update refresh_tokens set used_at = @at where hash = @hash", new { hash, at = now.ToUnixTimeMilliseconds() });
        return (row.UserId, Issue(tx, row.UserId, now, row.Family));
    }

    public static void EndAll(Transaction tx, string userId) =>
        tx.Execute("delete from refresh_tokens where user_id = @userId", new { userId });
}
