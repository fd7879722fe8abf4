using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Accounts;

/// <summary>Accounts in the database. Names are compared without regard to case.</summary>
internal static class UserStore
{
    private const string Columns =
        "select id Id, username Username, role Role, language Language, password_hash PasswordHash, active_node ActiveNode from users ";

    public static UserRow? Find(Transaction tx, string id) => tx.QueryFirst<UserRow>(Columns + "where id = @id", new { id });

    public static UserRow? FindByName(Transaction tx, string username) =>
        tx.QueryFirst<UserRow>(Columns + "where username_key = @key", new { key = KeyOf(username) });

    /// <summary>Those whose id or name is one of these texts, which are in lower case.</summary>
    public static IReadOnlyList<UserRow> Named(Transaction tx, IReadOnlyCollection<string> texts) =>
        texts.Count == 0 ? [] : tx.Query<UserRow>(Columns + "where id in @texts or username_key in @texts", new { texts });

    public static IReadOnlyList<UserRow> All(Transaction tx) => tx.Query<UserRow>(Columns);

    public static UserRow Owner(Transaction tx) => tx.QueryFirst<UserRow>(Columns + "where role = 'owner' order by id limit 1")!;

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

    private static string KeyOf(string username) => username.ToLowerInvariant();
}
