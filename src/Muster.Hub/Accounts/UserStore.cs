using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Accounts in the database. Names are compared without regard to case.</summary>
internal static class UserStore
{
    private const string Columns =
        "select id Id, username Username, role Role, language Language, password_hash PasswordHash, active_node ActiveNode, email Email, created_at CreatedAt, disabled_at DisabledAt from users ";

    public static UserRow? Find(Transaction tx, string id) => tx.QueryFirst<UserRow>(Columns + "where id = @id", new { id });

    public static UserRow? FindByName(Transaction tx, string username) =>
        tx.QueryFirst<UserRow>(Columns + "where username_key = @key", new { key = KeyOf(username) });

    /// <summary>Those whose id or name is one of these texts, which are in lower case.</summary>
    public static IReadOnlyList<UserRow> Named(Transaction tx, IReadOnlyCollection<string> texts) =>
        texts.Count == 0 ? [] : tx.Query<UserRow>(Columns + "where id in @texts or username_key in @texts", new { texts });

    public static IReadOnlyList<UserRow> All(Transaction tx) => tx.Query<UserRow>(Columns);

    public static UserRow Owner(Transaction tx) => tx.QueryFirst<UserRow>(Columns + "where role = 'owner' order by case when disabled_at is null then 0 else 1 end, id limit 1")!;

    /// <summary>Makes the owner on the first start, without a password: the hub is then unclaimed.</summary>
    public static UserRow EnsureOwner(Transaction tx, string username, TimeProvider time)
    {
        var id = Id<User>.New(time).ToString();
        tx.Execute(
            """
            insert into users (id, username, username_key, role, created_at)
            select @id, @username, @key, 'owner', @at where not exists (select 1 from users where role = 'owner')
            """,
            new { id, username, key = KeyOf(username), at = time.GetUtcNow().ToUnixTimeMilliseconds() });
        return Owner(tx);
    }

    public static void Add(Transaction tx, UserRow user) => tx.Execute(
        """
        insert into users (id, username, username_key, role, language, password_hash, email, email_key, created_at)
        values (@Id, @Username, @key, @Role, @Language, @PasswordHash, @Email, @mail, @CreatedAt)
        """,
        new { user.Id, user.Username, key = KeyOf(user.Username), user.Role, user.Language, user.PasswordHash, user.Email, mail = user.Email is null ? null : KeyOf(user.Email), user.CreatedAt });

    public static bool HasEmail(Transaction tx, string email) => tx.Scalar<long>("select count(*) from users where email_key = @key", new { key = KeyOf(email) }) > 0;

    public static long Count(Transaction tx) => tx.Scalar<long>("select count(*) from users");

    public static IReadOnlyList<UserRow> List(Transaction tx, int limit, string? after) =>
        tx.Query<UserRow>(Columns + "where (@after is null or id > @after) order by id limit @limit", new { limit, after });

    /// <summary>Another owner who can sign in.</summary>
    public static bool HasOtherOwner(Transaction tx, string id) =>
        tx.Scalar<long>("select count(*) from users where role = 'owner' and id <> @id and disabled_at is null", new { id }) > 0;

    /// <summary>What belongs to the user: sign-ins, keys, machines, and when one of the first two was last used; 0 for never.</summary>
    public static (int SignIns, int Keys, int Nodes, long Seen) Facts(Transaction tx, string id)
    {
        var (signIns, keys, nodes, signedIn, used) = tx.Query<(long, long, long, long, long)>(
            """
            select (select count(*) from sign_ins where user_id = @id), (select count(*) from api_keys where user_id = @id and revoked_at is null),
                (select count(*) from nodes where owner = @id), (select coalesce(max(used_at), 0) from sign_ins where user_id = @id),
                (select coalesce(max(used_at), 0) from api_keys where user_id = @id)
            """,
            new { id })[0];
        return ((int)signIns, (int)keys, (int)nodes, Math.Max(signedIn, used));
    }

    public static void SetRole(Transaction tx, string id, string role) => tx.Execute("update users set role = @role where id = @id", new { id, role });

    public static void SetDisabled(Transaction tx, string id, long? at) => tx.Execute("update users set disabled_at = @at where id = @id", new { id, at });

    /// <summary>With what refers to the user alone. Jobs and credits stay, as others were part of them.</summary>
    public static void Remove(Transaction tx, string id)
    {
        tx.Execute("delete from node_users where \"user\" = @id", new { id });
        tx.Execute("delete from node_rights where \"user\" = @id", new { id });
        tx.Execute("delete from enrolments where owner = @id", new { id });
        tx.Execute("delete from idempotency where user_id = @id", new { id });
        tx.Execute("delete from refresh_tokens where user_id = @id", new { id });
        tx.Execute("delete from sessions where user_id = @id", new { id });
        tx.Execute("delete from artifact_refs where holder = @holder", new { holder = "user:" + id });
        tx.Execute("delete from users where id = @id", new { id });
    }

    public static void SetPassword(Transaction tx, string id, string username, string passwordHash) =>
        tx.Execute(
            "update users set username = @username, username_key = @key, password_hash = @passwordHash where id = @id",
            new { id, username, key = KeyOf(username), passwordHash });

    /// <summary>The hub is unclaimed after this.</summary>
    public static void ForgetPassword(Transaction tx, string id) => tx.Execute("update users set password_hash = null where id = @id", new { id });

    public static void SetLanguage(Transaction tx, string id, string language) =>
        tx.Execute("update users set language = @language where id = @id", new { id, language });

    public static void SetActiveNode(Transaction tx, string id, string node) =>
        tx.Execute("update users set active_node = @node where id = @id", new { id, node });

    public static string KeyOf(string username) => username.ToLowerInvariant();
}
