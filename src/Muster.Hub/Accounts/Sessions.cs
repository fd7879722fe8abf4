using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Browser sessions: the cookie holds a random secret, the database its hash.</summary>
internal static class Sessions
{
    public const string Cookie = "muster_session";
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    public static string Start(Transaction tx, string userId, DateTimeOffset now)
    {
        var secret = Secrets.New();
        tx.Execute("delete from sessions where expires_at < @now", new { now = now.ToUnixTimeMilliseconds() });
        tx.Execute(
            "insert into sessions (hash, user_id, expires_at) values (@hash, @userId, @expires)",
            new { hash = Secrets.Hash(secret), userId, expires = (now + Life).ToUnixTimeMilliseconds() });
        return secret;
    }

    public static string? UserOf(Transaction tx, string secret, DateTimeOffset now) =>
        tx.QueryFirst<string>(
            "select user_id from sessions where hash = @hash and expires_at > @now",
            new { hash = Secrets.Hash(secret), now = now.ToUnixTimeMilliseconds() });

    public static void End(Transaction tx, string secret) => tx.Execute("delete from sessions where hash = @hash", new { hash = Secrets.Hash(secret) });

    public static void EndAll(Transaction tx, string userId) => tx.Execute("delete from sessions where user_id = @userId", new { userId });
}
