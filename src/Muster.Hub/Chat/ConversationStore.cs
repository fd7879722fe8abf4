using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>Conversations in the database.</summary>
internal static class ConversationStore
{
    private const string Columns =
        """
        select c.id Id, c.user_id UserId, c.title Title, c.node_id NodeId, c.epoch Epoch, c.last_number LastNumber, c.pending_kind PendingKind,
            c.pending_text PendingText, c.pending_node PendingNode, c.created_at CreatedAt, c.updated_at UpdatedAt, c.model Model,
            (select r.id from runs r where r.conversation_id = c.id and r.state <> 'ended' limit 1) RunId
        from conversations c
        """;

    public static ConversationRow? Find(Transaction tx, string id) =>
        tx.QueryFirst<ConversationRow>(Columns + " where c.id = @id", new { id });

    public static IReadOnlyList<ConversationRow> List(Transaction tx, string user, int limit, string? after) =>
        tx.Query<ConversationRow>(
            Columns + " where c.user_id = @user and (@after is null or c.id < @after) order by c.id desc limit @limit", new { user, after, limit });

    /// <summary>Where a notice for this user belongs: the conversation that was last used.</summary>
    public static string? Latest(Transaction tx, string user) =>
        tx.QueryFirst<string>("select id from conversations where user_id = @user order by updated_at desc limit 1", new { user });

    public static ConversationRow Create(Transaction tx, string user, string title, string? node, TimeProvider time)
    {
        var id = Id<Conversation>.New(time).ToString();
        tx.Execute(
            "insert into conversations (id, user_id, title, node_id, created_at, updated_at) values (@id, @user, @title, @node, @at, @at)",
            new { id, user, title, node, at = time.GetUtcNow().ToUnixTimeMilliseconds() });
        return Find(tx, id)!;
    }

    public static void SetTitle(Transaction tx, string id, string title) =>
        tx.Execute("update conversations set title = @title where id = @id", new { id, title });

    public static void SetNode(Transaction tx, string id, string node) =>
        tx.Execute("update conversations set node_id = @node where id = @id", new { id, node });

    /// <param name="model">Null gives each machine back its own.</param>
    public static void SetModel(Transaction tx, string id, string? model) =>
        tx.Execute("update conversations set model = @model, model_missed = null where id = @id", new { id, model });

    /// <summary>A machine has no model of the name that was chosen.</summary>
    /// <returns>True the first time.</returns>
    public static bool MissesModel(Transaction tx, string id, string place) => tx.Execute(
        "update conversations set model_missed = coalesce(model_missed, '') || @mark where id = @id and coalesce(model_missed, '') not like @seen",
        new { id, mark = place + " ", seen = $"%{place} %" }) == 1;

    /// <summary>The hub waits for the user's answer to a question about this text.</summary>
    public static void SetPending(Transaction tx, string id, string? kind, string? text = null, string? node = null) =>
        tx.Execute(
            "update conversations set pending_kind = @kind, pending_text = @text, pending_node = @node where id = @id", new { id, kind, text, node });

    public static long RaiseEpoch(Transaction tx, string id) =>
        tx.Scalar<long>("update conversations set epoch = epoch + 1 where id = @id returning epoch", new { id });

    public static void Delete(Transaction tx, string id) => tx.Execute("delete from conversations where id = @id", new { id });
}
