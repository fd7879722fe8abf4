using Muster.Storage;
using Muster.Storage.Rows;

namespace Muster.Hub.Schedules;

/// <summary>Schedules in the database.</summary>
internal static class ScheduleStore
{
    private const string Plain =
        """
        id Id, user_id UserId, conversation_id ConversationId, node_id NodeId, session Session, kind Kind, text Text, chinese Chinese, rule Rule,
        every_seconds EverySeconds, cron Cron, zone Zone, next_at NextAt, runs Runs, max_runs MaxRuns, state State, last_at LastAt,
        last_outcome LastOutcome, inbox_number InboxNumber, message_id MessageId, created_at CreatedAt, key_id KeyId, may_run MayRun
        """;

    // A notice has arrived when a channel took it or its reader saw it; an instruction when a run took it up.
    private const string Columns =
        "select " + Plain +
        """
        , case when s.inbox_number is not null then (select i.seen from inbox i where i.number = s.inbox_number)
            when s.message_id is not null then (select case when m.run_id is not null then 1 else 0 end from messages m where m.id = s.message_id) end Delivered
        from schedules s
        """;

    /// <summary>Those of users whose account is open: what is due of others waits until it is opened again.</summary>
    private const string Due = "state = 'active' and next_at <= @now and user_id in (select id from users where disabled_at is null)";

    private static readonly RowTable Fired = new(
        "schedules", RowConflict.Fail, new("id", RowType.Text, true), new("next_at", RowType.Integer), new("runs", RowType.Integer), new("state", RowType.Text),
        new("last_at", RowType.Integer), new("last_outcome", RowType.Text), new("inbox_number", RowType.Integer), new("message_id", RowType.Text));

    public static ScheduleRow? Find(Transaction tx, string id) => tx.QueryFirst<ScheduleRow>(Columns + " where s.id = @id", new { id });

    /// <summary>Newest first.</summary>
    public static IReadOnlyList<ScheduleRow> List(Transaction tx, string user, bool ended, int limit, string? after) => tx.Query<ScheduleRow>(
        Columns + " where s.user_id = @user and (@ended = 1 or s.state <> 'ended') and (@after is null or s.id < @after) order by s.id desc limit @limit",
        new { user, ended = ended ? 1 : 0, limit, after });

    public static int Open(Transaction tx, string user) =>
        (int)tx.Scalar<long>("select count(*) from schedules where user_id = @user and state <> 'ended'", new { user });

    public static void Add(Transaction tx, ScheduleRow row) => tx.Execute(
        """
        insert into schedules (id, user_id, conversation_id, node_id, session, kind, text, chinese, rule, every_seconds, cron, zone, next_at, max_runs, state, created_at, key_id, may_run)
        values (@Id, @UserId, @ConversationId, @NodeId, @Session, @Kind, @Text, @Chinese, @Rule, @EverySeconds, @Cron, @Zone, @NextAt, @MaxRuns, @State, @CreatedAt, @KeyId, @MayRun)
        """,
        row);

    public static void Delete(Transaction tx, string id) => tx.Execute("delete from schedules where id = @id", new { id });

    public static void Set(Transaction tx, string id, string state, long? nextAt) =>
        tx.Execute("update schedules set state = @state, next_at = @nextAt where id = @id", new { id, state, nextAt });

    public static void SetConversation(Transaction tx, string id, string conversation) =>
        tx.Execute("update schedules set conversation_id = @conversation where id = @id", new { id, conversation });

    /// <summary>One that goes on by itself no more.</summary>
    public static void PauseActive(Transaction tx, string id) => tx.Execute("update schedules set state = 'paused' where id = @id and state = 'active'", new { id });

    /// <summary>When the next one is due; null where there is none.</summary>
    public static long? NextAt(Transaction tx) => tx.Scalar<long?>(
        "select min(next_at) from schedules where state = 'active' and user_id in (select id from users where disabled_at is null)");

    /// <summary>
    /// Takes what is due, oldest first. The rows are this transaction's until it ends: another hub that asks at the same time gets none of them,
    /// as by then they have moved on.
    /// </summary>
    public static IReadOnlyList<ScheduleRow> Claim(Transaction tx, long now, int most) => tx.Query<ScheduleRow>(
            $"""
            update schedules set last_at = @now
            where state = 'active' and next_at <= @now
                and id in (select id from schedules where {Due} order by next_at, id limit @most)
            returning {Plain}
            """,
            new { now, most })
        .OrderBy(row => row.NextAt).ThenBy(row => row.Id, StringComparer.Ordinal).ToList();

    /// <summary>What became of those that were taken.</summary>
    public static void Moved(Transaction tx, IEnumerable<ScheduleRow> rows) => tx.UpdateMany(Fired, rows, static (row, schedule) => row
        .Add(schedule.Id).Add(schedule.NextAt).Add(schedule.Runs).Add(schedule.State).Add(schedule.LastAt).Add(schedule.LastOutcome).Add(schedule.InboxNumber)
        .Add(schedule.MessageId));

    /// <summary>Repeating ones that were last told in what is the far future now, as the clock was wrong then.</summary>
    public static IReadOnlyList<ScheduleRow> FromTheFuture(Transaction tx, long after) =>
        tx.Query<ScheduleRow>($"select {Plain} from schedules where state = 'active' and rule <> 'once' and last_at > @after", new { after });

    public static void Reset(Transaction tx, string id, long? nextAt, long lastAt) =>
        tx.Execute("update schedules set next_at = @nextAt, last_at = @lastAt where id = @id", new { id, nextAt, lastAt });

    /// <summary>Ended ones that are old, or too many of one user.</summary>
    public static void Forget(Transaction tx, long before, int most) => tx.Execute(
        """
        delete from schedules where state = 'ended' and (coalesce(last_at, created_at) < @before or id in (
            select ranked.id from (select id, row_number() over (partition by user_id order by id desc) place from schedules where state = 'ended') ranked
            where ranked.place > @most))
        """,
        new { before, most });
}
