using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts.SignIns;

/// <summary>One place where a user is signed in.</summary>
/// <param name="Kind"><c>browser</c>, <c>token</c>, or <c>approval</c> for a token that may approve and is not kept.</param>
/// <param name="Program">What the client calls itself.</param>
internal sealed record SignInRow(string Id, string UserId, string Kind, string Address, string Program, long CreatedAt, long UsedAt, long ExpiresAt);

internal sealed class SignInKind : IIdKind
{
    public static string Prefix => "ses_";
}

/// <summary>Sign-ins in the database. What belongs to one (a cookie, a family of refresh tokens, access tokens) ends with it.</summary>
internal static class SignInStore
{
    public static readonly TimeSpan Life = TimeSpan.FromDays(30);

    private const int MostPerUser = 100;

    private const string Columns =
        "select id Id, user_id UserId, kind Kind, address Address, program Program, created_at CreatedAt, used_at UsedAt, expires_at ExpiresAt from sign_ins ";

    public static string Start(Transaction tx, string userId, string kind, Origin origin, TimeProvider time, TimeSpan life)
    {
        var (id, now) = (Id<SignInKind>.New(time).ToString(), time.GetUtcNow());
        foreach (var old in tx.Query<string>(
            """
            select id from sign_ins where user_id = @userId and
                (expires_at <= @now or id not in (select id from sign_ins where user_id = @userId order by used_at desc, id desc limit @most))
            """,
            new { userId, now = now.ToUnixTimeMilliseconds(), most = MostPerUser - 1 }))
        {
            End(tx, old);
        }

        tx.Execute(
            """
            insert into sign_ins (id, user_id, kind, address, program, created_at, used_at, expires_at)
            values (@id, @userId, @kind, @address, @program, @now, @now, @expires)
            """,
            new { id, userId, kind, address = origin.Address, program = origin.Program, now = now.ToUnixTimeMilliseconds(), expires = (now + life).ToUnixTimeMilliseconds() });
        return id;
    }

    /// <summary>Null when it has ended.</summary>
    public static SignInRow? Find(Transaction tx, string id, DateTimeOffset now) =>
        tx.QueryFirst<SignInRow>(Columns + "where id = @id and expires_at > @now", new { id, now = now.ToUnixTimeMilliseconds() });

    /// <summary>Newest use first.</summary>
    public static IReadOnlyList<SignInRow> Of(Transaction tx, string userId, DateTimeOffset now) =>
        tx.Query<SignInRow>(Columns + "where user_id = @userId and expires_at > @now order by used_at desc", new { userId, now = now.ToUnixTimeMilliseconds() });

    public static void Used(Transaction tx, string id, DateTimeOffset now) =>
        tx.Execute("update sign_ins set used_at = @now where id = @id", new { id, now = now.ToUnixTimeMilliseconds() });

    /// <summary>It was renewed, and lives on.</summary>
    public static void Renewed(Transaction tx, string id, DateTimeOffset now) => tx.Execute(
        "update sign_ins set used_at = @now, expires_at = @expires where id = @id", new { id, now = now.ToUnixTimeMilliseconds(), expires = (now + Life).ToUnixTimeMilliseconds() });

    /// <summary>The user came from this address before, and still has a sign-in from there.</summary>
    public static bool Knows(Transaction tx, string userId, string address) =>
        tx.Scalar<long>("select count(*) from sign_ins where user_id = @userId and address = @address", new { userId, address }) > 0;

    public static void End(Transaction tx, string id)
    {
        tx.Execute("delete from refresh_tokens where family = @id", new { id });
        tx.Execute("delete from sessions where sign_in = @id", new { id });
        tx.Execute("delete from sign_ins where id = @id", new { id });
    }

    /// <param name="except">The one that goes on, where there is one.</param>
    public static void EndAll(Transaction tx, string userId, string? except = null)
    {
        foreach (var id in tx.Query<string>("select id from sign_ins where user_id = @userId", new { userId }).Where(id => id != except))
        {
            End(tx, id);
        }
    }

    /// <summary>
    /// All of a user who is kept out. Their refresh tokens open nothing any more, but stay known until they are too old, so that whoever has one
    /// can be told why.
    /// </summary>
    public static void Suspend(Transaction tx, string userId)
    {
        tx.Execute("delete from refresh_tokens where user_id = @userId and used_at is not null", new { userId });
        tx.Execute("delete from sessions where sign_in in (select id from sign_ins where user_id = @userId)", new { userId });
        tx.Execute("delete from sign_ins where user_id = @userId", new { userId });
    }
}
