using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts.Joining;

/// <param name="UsedBy">Id of the user that it became.</param>
internal sealed record InviteRow(string Id, string Role, string? Email, string MadeBy, long CreatedAt, long ExpiresAt, string? UsedBy);

internal sealed class InviteKind : IIdKind
{
    public static string Prefix => "inv_";
}

/// <summary>Invitations in the database: each lets one person in.</summary>
internal static class InviteStore
{
    private static readonly TimeSpan _shown = TimeSpan.FromDays(30);

    private const string Columns =
        "select id Id, role Role, email Email, made_by MadeBy, created_at CreatedAt, expires_at ExpiresAt, used_by UsedBy from invites ";

    public static (InviteRow Row, string Token) Add(Transaction tx, Role role, string? email, string madeBy, TimeSpan life, TimeProvider time)
    {
        var (token, now) = ("miv_" + Secrets.New(), time.GetUtcNow());
        var row = new InviteRow(
            Id<InviteKind>.New(time).ToString(), role.Name(), email, madeBy, now.ToUnixTimeMilliseconds(), (now + life).ToUnixTimeMilliseconds(), null);
        tx.Execute("delete from invites where expires_at < @old", new { old = (now - _shown).ToUnixTimeMilliseconds() });
        tx.Execute(
            "insert into invites (id, hash, role, email, made_by, created_at, expires_at) values (@Id, @hash, @Role, @Email, @MadeBy, @CreatedAt, @ExpiresAt)",
            new { row.Id, hash = Secrets.Hash(token), row.Role, row.Email, row.MadeBy, row.CreatedAt, row.ExpiresAt });
        return (row, token);
    }

    public static long CountOpen(Transaction tx, DateTimeOffset now) =>
        tx.Scalar<long>("select count(*) from invites where used_by is null and expires_at > @now", new { now = now.ToUnixTimeMilliseconds() });

    /// <summary>The one that this token opens, where it still does.</summary>
    public static InviteRow? Open(Transaction tx, string token, DateTimeOffset now) => tx.QueryFirst<InviteRow>(
        Columns + "where hash = @hash and used_by is null and expires_at > @now", new { hash = Secrets.Hash(token), now = now.ToUnixTimeMilliseconds() });

    public static InviteRow? Find(Transaction tx, string id) => tx.QueryFirst<InviteRow>(Columns + "where id = @id", new { id });

    public static IReadOnlyList<InviteRow> List(Transaction tx, int limit, string? after) =>
        tx.Query<InviteRow>(Columns + "where (@after is null or id < @after) order by id desc limit @limit", new { limit, after });

    /// <summary>True once.</summary>
    public static bool Use(Transaction tx, string id, string user) =>
        tx.Execute("update invites set used_by = @user where id = @id and used_by is null", new { id, user }) == 1;

    public static void Revoke(Transaction tx, string id) => tx.Execute("delete from invites where id = @id", new { id });

    /// <summary>Whoever may no longer invite has invited nobody.</summary>
    public static void RevokeOf(Transaction tx, string user) => tx.Execute("delete from invites where made_by = @user and used_by is null", new { user });
}
