using Muster.Storage;

namespace Muster.Node.Undo;

/// <summary>Entries of the journal in the node's database.</summary>
internal static class UndoStore
{
    private const string Columns =
        """
        select number Number, conversation_id ConversationId, message_id MessageId, call_id CallId, path Path, stays Stays, before_hash BeforeHash,
            before_size BeforeSize, not_kept NotKept, folder Folder, after_hash AfterHash, at At from undo_entries
        """;

    /// <summary>A call that is repeated after a crash keeps what was there before its first try.</summary>
    public static void Add(Transaction tx, UndoEntry entry) => tx.Execute(
        """
        insert into undo_entries (conversation_id, message_id, call_id, path, stays, before_hash, before_size, not_kept, folder, after_hash, at)
        values (@ConversationId, @MessageId, @CallId, @Path, @Stays, @BeforeHash, @BeforeSize, @NotKept, @Folder, @AfterHash, @At)
        on conflict (message_id, call_id) do nothing
        """,
        entry);

    public static void Ended(Transaction tx, string message, string call, string? after) =>
        tx.Execute("update undo_entries set after_hash = @after where message_id = @message and call_id = @call", new { message, call, after });

    public static string? Newest(Transaction tx, string conversation) => tx.QueryFirst<string>(
        "select message_id from undo_entries where conversation_id = @conversation order by number desc limit 1", new { conversation });

    public static IReadOnlyList<UndoEntry> Of(Transaction tx, string conversation, string message) => tx.Query<UndoEntry>(
        Columns + " where conversation_id = @conversation and message_id = @message order by number", new { conversation, message });

    public static void Remove(Transaction tx, IReadOnlyList<UndoEntry> entries)
    {
        foreach (var entry in entries)
        {
            tx.Execute("delete from undo_entries where number = @Number", new { entry.Number });
        }
    }

    public static void RemoveOf(Transaction tx, string conversation) => tx.Execute("delete from undo_entries where conversation_id = @conversation", new { conversation });

    private static void Remove(Transaction tx, string message) => tx.Execute("delete from undo_entries where message_id = @message", new { message });

    public static IReadOnlyList<string> Hashes(Transaction tx) => tx.Query<string>("select distinct before_hash from undo_entries where before_hash is not null");

    /// <summary>Drops whole groups, oldest first, until the contents that are kept fit, and all that are too old.</summary>
    /// <returns>False: nothing was dropped.</returns>
    public static bool Trim(Transaction tx, long quota, long oldest)
    {
        var before = tx.Scalar<long>("select count(*) from undo_entries");
        tx.Execute("delete from undo_entries where at < @oldest", new { oldest });
        while (tx.Scalar<long>("select coalesce(sum(before_size), 0) from undo_entries") > quota
            && tx.QueryFirst<string>("select message_id from undo_entries order by number limit 1") is { } message)
        {
            Remove(tx, message);
        }

        return tx.Scalar<long>("select count(*) from undo_entries") < before;
    }
}
