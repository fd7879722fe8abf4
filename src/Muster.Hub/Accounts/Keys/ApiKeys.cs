using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts.Keys;

/// <summary>A key as it is stored; the secret itself is nowhere.</summary>
internal sealed record KeyRow
{
    public required string Id { get; init; }
    public required string UserId { get; init; }
    public required string Hash { get; init; }
    public required string Name { get; init; }
    public required string Scopes { get; init; }
    public long CreatedAt { get; init; }
    public long? RevokedAt { get; init; }
    public long? ExpiresAt { get; init; }
    public long? UsedAt { get; init; }

    /// <summary>Micro-credits that it may spend in all, in a day and in a month (UTC); null: no bound.</summary>
    public long? Budget { get; init; }
    public long? BudgetDay { get; init; }
    public long? BudgetMonth { get; init; }

    public bool HasBudget => Budget is not null || BudgetDay is not null || BudgetMonth is not null;
}

/// <summary>Keys for programs: <c>key_….secret</c>, with scopes, until revoked. The part before the dot finds the row.</summary>
internal static class ApiKeys
{
    /// <summary>Name of the key that the commands of the hub's own home use.</summary>
    public const string Local = "local";

    private const string Columns =
        """
        select id Id, user_id UserId, hash Hash, name Name, scopes Scopes, created_at CreatedAt, revoked_at RevokedAt, expires_at ExpiresAt, used_at UsedAt,
            budget Budget, budget_day BudgetDay, budget_month BudgetMonth
        from api_keys
        """;

    public static string Issue(Transaction tx, string userId, string name, Scopes scopes, TimeProvider time) =>
        Issue(tx, new KeyRow { Id = "", UserId = userId, Hash = "", Name = name, Scopes = string.Join(' ', scopes.Names()) }, time);

    /// <param name="key">All but id, hash and time.</param>
    /// <returns>What its holder sends; it cannot be read again.</returns>
    public static string Issue(Transaction tx, KeyRow key, TimeProvider time)
    {
        var (id, secret) = (Id<Key>.New(time).ToString(), Secrets.New());
        tx.Execute(
            """
            insert into api_keys (id, user_id, hash, name, scopes, created_at, expires_at, budget, budget_day, budget_month)
            values (@id, @UserId, @hash, @Name, @Scopes, @at, @ExpiresAt, @Budget, @BudgetDay, @BudgetMonth)
            """,
            new
            {
                id, key.UserId, hash = Secrets.Hash(secret), key.Name, key.Scopes, at = time.GetUtcNow().ToUnixTimeMilliseconds(), key.ExpiresAt, key.Budget,
                key.BudgetDay, key.BudgetMonth,
            });
        return id + "." + secret;
    }

    public static string IdOf(string token) => token.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? token[..dot] : "";

    public static KeyRow? Find(Transaction tx, string id) => tx.QueryFirst<KeyRow>(Columns + " where id = @id", new { id });

    /// <summary>Those that were not revoked, newest first.</summary>
    public static IReadOnlyList<KeyRow> Of(Transaction tx, string userId) =>
        tx.Query<KeyRow>(Columns + " where user_id = @userId and revoked_at is null order by id desc", new { userId });

    /// <summary>The key that this is, where it is good.</summary>
    public static KeyRow? Check(Transaction tx, string token, DateTimeOffset now) =>
        Find(tx, IdOf(token)) is { RevokedAt: null } key && Secrets.Same(key.Hash, Secrets.Hash(token[(key.Id.Length + 1)..]))
            && !(key.ExpiresAt <= now.ToUnixTimeMilliseconds())
            ? key
            : null;

    public static void Used(Transaction tx, string id, DateTimeOffset now) =>
        tx.Execute("update api_keys set used_at = @now where id = @id", new { id, now = now.ToUnixTimeMilliseconds() });

    public static void Revoke(Transaction tx, string id, DateTimeOffset now) =>
        tx.Execute("update api_keys set revoked_at = @now where id = @id and revoked_at is null", new { id, now = now.ToUnixTimeMilliseconds() });

    /// <summary>Keeps the key that the home already has, else makes one and ends those before it.</summary>
    public static string EnsureLocal(Transaction tx, string userId, string? existing, TimeProvider time)
    {
        if (existing is not null && Check(tx, existing, time.GetUtcNow()) is { } known && known.UserId == userId)
        {
            if (ScopeNames.Parse(known.Scopes) != Scopes.Stored)
            {
                // An older hub gave it fewer.
                tx.Execute("update api_keys set scopes = @scopes where id = @Id", new { scopes = string.Join(' ', Scopes.Stored.Names()), known.Id });
            }

            return existing;
        }

        tx.Execute("delete from api_keys where user_id = @userId and name = @Local", new { userId, Local });
        return Issue(tx, userId, Local, Scopes.Stored, time);
    }
}
