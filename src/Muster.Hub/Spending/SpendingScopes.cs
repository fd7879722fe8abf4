using Muster.Hub.Chat.Runs;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Whose limits count for a run: its conversation's, and those of the schedules and budgeted keys whose messages it works on.</summary>
internal sealed record SpendingScopes(string Conversation, IReadOnlyList<string> Schedules, IReadOnlyList<string> Keys)
{
    public IEnumerable<string> Limited => [Conversation, .. Schedules];

    public IEnumerable<string> All => [.. Limited, .. Keys];

    public static SpendingScopes Of(Transaction tx, RunRow run)
    {
        var rows = tx.Query<(string? Schedule, string? Key)>(
            """
            select distinct m.schedule_id, k.id from messages m
            left join api_keys k on k.id = m.key_id and (k.budget is not null or k.budget_day is not null or k.budget_month is not null)
            where m.conversation_id = @ConversationId and (m.id = @MessageId or m.run_id = @Id)
            """,
            new { run.ConversationId, run.MessageId, run.Id });
        return new SpendingScopes(
            run.ConversationId,
            [.. rows.Select(row => row.Schedule).OfType<string>().Distinct(StringComparer.Ordinal)],
            [.. rows.Select(row => row.Key).OfType<string>().Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>A schedule is gone: its limit stays for as long as anything goes on for it.</summary>
    public static void Removed(Transaction tx, string schedule)
    {
        if (!GoesOn(tx, schedule))
        {
            SpendingLimits.Forget(tx, schedule);
        }
    }

    public static bool IsGone(Transaction tx, string schedule) => tx.Scalar<long>("select count(*) from schedules where id = @schedule", new { schedule }) == 0;

    private static bool GoesOn(Transaction tx, string schedule) => tx.Scalar<long>(
        """
        select count(*) from messages m left join runs r on r.id = m.run_id or r.message_id = m.id
        where m.schedule_id = @schedule and (m.state in ('accepted', 'queued', 'waiting', 'steered') or r.state <> 'ended')
        """,
        new { schedule }) > 0;

    public static bool IsSchedule(string scope) => Id<Schedule>.TryParse(scope, out _);
}
