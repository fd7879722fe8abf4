using Muster.Storage;

namespace Muster.Hub.Chat.Notices;

public sealed record InboxItem(long Number, string Kind, string Text, string? ConversationId, DateTimeOffset At);

/// <summary>Notices of a user, kept until they were seen.</summary>
internal static class Inbox
{
    private const int Most = 200;
    private const int MostUnseen = 100_000;

    public static long Add(Transaction tx, string user, NoticeText notice, string? conversation, DateTimeOffset at, bool seen) =>
        tx.Scalar<long>(
            """
            insert into inbox (user_id, kind, level, text, node, conversation_id, at, seen)
            values (@user, @Kind, @Level, @Text, @Node, @conversation, @at, @seen) returning number
            """,
            new { user, notice.Kind, notice.Level, notice.Text, notice.Node, conversation, at = at.ToUnixTimeMilliseconds(), seen = seen ? 1 : 0 });

    public static int Unread(Transaction tx, string user) =>
        (int)tx.Scalar<long>("select count(*) from inbox where user_id = @user and seen = 0", new { user });

    public static IReadOnlyList<InboxItem> List(Transaction tx, string user) =>
    [
        .. tx.Query<Row>(
                "select number Number, kind Kind, text Text, conversation_id ConversationId, at At from inbox where user_id = @user and seen = 0 order by number limit @Most",
                new { user, Most })
            .Select(row => new InboxItem(row.Number, row.Kind, row.Text, row.ConversationId, DateTimeOffset.FromUnixTimeMilliseconds(row.At))),
    ];

    public static void Seen(Transaction tx, string user, long number) =>
        tx.Execute("update inbox set seen = 1 where user_id = @user and number <= @number and seen = 0", new { user, number });

    /// <summary>What was seen long ago and no schedule speaks of any more, and what nobody looks at for so long that there is too much of it.</summary>
    public static void Forget(Transaction tx, long before) => tx.Execute(
        """
        delete from inbox where (seen = 1 and at < @before and number not in (select inbox_number from schedules where inbox_number is not null))
            or number in (select ranked.number from (select number, row_number() over (partition by user_id order by number desc) place from inbox where seen = 0) ranked
                where ranked.place > @MostUnseen)
        """,
        new { before, MostUnseen });

    private sealed record Row
    {
        public long Number { get; init; }
        public required string Kind { get; init; }
        public required string Text { get; init; }
        public string? ConversationId { get; init; }
        public long At { get; init; }
    }
}

internal sealed record NoticeText(string Kind, string Text, string Level = "info", string? Node = null)
{
    /// <summary>More for those that show it, beside its text.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; init; }
}
