using Muster.Storage;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>Browser sessions: the cookie holds a random secret, the database its hash.</summary>
internal static class Sessions
{
    public const string Cookie = "muster_session";

    public static string Start(Transaction tx, string userId, string signIn, DateTimeOffset now)
    {
        var secret = Secrets.New();
        tx.Execute("delete from sessions where expires_at < @now", new { now = now.ToUnixTimeMilliseconds() });
        tx.Execute(
            "insert into sessions (hash, user_id, expires_at, sign_in) values (@hash, @userId, @expires, @signIn)",
            new { hash = Secrets.Hash(secret), userId, expires = (now + SignInStore.Life).ToUnixTimeMilliseconds(), signIn });
        return secret;
    }

    public static SignInRow? Find(Transaction tx, string secret, DateTimeOffset now) =>
        tx.QueryFirst<string>(
            "select sign_in from sessions where hash = @hash and expires_at > @now", new { hash = Secrets.Hash(secret), now = now.ToUnixTimeMilliseconds() }) is { } signIn
            ? SignInStore.Find(tx, signIn, now)
            : null;
}
