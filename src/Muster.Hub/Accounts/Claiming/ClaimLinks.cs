using Muster.Storage;

namespace Muster.Hub.Accounts.Claiming;

/// <summary>One-time links to set the owner's password. A new one ends those before it.</summary>
internal static class ClaimLinks
{
    private static readonly TimeSpan _life = TimeSpan.FromMinutes(30);

    public static (string Token, DateTimeOffset ExpiresAt) Issue(Transaction tx, DateTimeOffset now)
    {
        var token = Secrets.New();
        var expires = now + _life;
        tx.Execute("delete from claim_links");
        tx.Execute(
            "insert into claim_links (hash, expires_at) values (@hash, @expires)",
            new { hash = Secrets.Hash(token), expires = expires.ToUnixTimeMilliseconds() });
        return (token, expires);
    }

    /// <summary>True once per token, and only in its time.</summary>
    public static bool Use(Transaction tx, string token, DateTimeOffset now) =>
        tx.Execute(
            "delete from claim_links where hash = @hash and expires_at > @now",
            new { hash = Secrets.Hash(token), now = now.ToUnixTimeMilliseconds() }) == 1;
}
