using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Keys for programs: <c>key_….secret</c>, with scopes, until revoked.</summary>
internal static class ApiKeys
{
    /// <summary>Name of the key that the commands of the hub's own home use.</summary>
    public const string Local = "local";

    public static string Issue(Transaction tx, string userId, string name, Scopes scopes, TimeProvider time)
    {
        var id = Id<Key>.New(time).ToString();
        var secret = Secrets.New();
        tx.Execute(
            "insert into api_keys (id, user_id, hash, name, scopes, created_at) values (@id, @userId, @hash, @name, @scopes, @at)",
            new
            {
                id, userId, hash = Secrets.Hash(secret), name, scopes = string.Join(' ', scopes.Names()),
                at = time.GetUtcNow().ToUnixTimeMilliseconds(),
            });
        return id + "." + secret;
    }

    public static (string UserId, Scopes Scopes)? Check(Transaction tx, string token)
    {
        var dot = token.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
        {
            return null;
        }

        var found = tx.Query<(string UserId, string Hash, string Scopes)>(
            "select user_id, hash, scopes from api_keys where id = @id and revoked_at is null", new { id = token[..dot] });
        return found is [var key] && Secrets.Same(key.Hash, Secrets.Hash(token[(dot + 1)..])) ? (key.UserId, ScopeNames.Parse(key.Scopes)) : null;
    }

    /// <summary>Keeps the key that the home already has, else makes one and ends those before it.</summary>
    public static string EnsureLocal(Transaction tx, string userId, string? existing, TimeProvider time)
    {
        if (existing is not null && Check(tx, existing) is { } known && known.UserId == userId)
        {
            if (known.Scopes != Scopes.Stored)
            {
                // An older hub gave it fewer.
                tx.Execute(
                    "update api_keys set scopes = @scopes where id = @id",
                    new { scopes = string.Join(' ', Scopes.Stored.Names()), id = existing[..existing.IndexOf('.', StringComparison.Ordinal)] });
            }

            return existing;
        }

        tx.Execute("delete from api_keys where user_id = @userId and name = @Local", new { userId, Local });
        return Issue(tx, userId, Local, Scopes.Stored, time);
    }
}
