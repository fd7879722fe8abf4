using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Whose limits count for a run or a job: its conversation's, and those of the schedules and budgeted keys whose messages it works on.</summary>
/// <param name="Conversation">Null for a job that was submitted in none.</param>
internal sealed record SpendingScopes(string? Conversation, IReadOnlyList<string> Schedules, IReadOnlyList<string> Keys)
{
    public IEnumerable<string> Limited => Conversation is null ? Schedules : [Conversation, .. Schedules];

    public IEnumerable<string> All => [.. Limited, .. Keys];

    public static SpendingScopes Of(Transaction tx, RunRow run) => Of(tx, run.ConversationId, run.MessageId, run.Id);

    /// <param name="run">Whose other messages count too; empty: there is none.</param>
    public static SpendingScopes Of(Transaction tx, string conversation, string message, string run)
    {
        var rows = tx.Query<(string? Schedule, string? Key)>(
            """
            select distinct m.schedule_id, k.id from messages m
            left join api_keys k on k.id = m.key_id and (k.budget is not null or k.budget_day is not null or k.budget_month is not null)
            where m.conversation_id = @conversation and (m.id = @message or m.run_id = @run)
            """,
            new { conversation, message, run });
        return new SpendingScopes(
            conversation,
            [.. rows.Select(row => row.Schedule).OfType<string>().Distinct(StringComparer.Ordinal)],
            [.. rows.Select(row => row.Key).OfType<string>().Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Of a job, by what it was submitted for.</summary>
    public static SpendingScopes Of(IReadOnlyList<string> scopes) => new(
        scopes.FirstOrDefault(scope => Id<Conversation>.TryParse(scope, out _)), [.. scopes.Where(IsSchedule)], [.. scopes.Where(scope => Id<Key>.TryParse(scope, out _))]);

    /// <summary>Who submits jobs for a run is held to the run's limits.</summary>
    public static SignedIn Caller(Transaction tx, SignedIn caller, RunRow run)
    {
        var scopes = Of(tx, run);
        return caller with { SpendsFor = [.. scopes.Limited], Key = scopes.Keys.Count > 0 ? scopes.Keys[0] : null, Budgeted = scopes.Keys.Count > 0 };
    }

    /// <summary>A schedule is gone: its limit stays for as long as anything goes on for it.</summary>
    public static void Removed(Transaction tx, string schedule)
    {
        if (!GoesOn(tx, schedule))
        {
            SpendingLimits.Forget(tx, schedule);
        }
    }

    /// <summary>Limits of schedules that are gone and for which nothing goes on any more.</summary>
    public static void Sweep(Transaction tx)
    {
        foreach (var schedule in tx.Query<string>("select scope from spending_limits union select scope from spending_holds").Where(scope => IsSchedule(scope) && IsGone(tx, scope)))
        {
            Removed(tx, schedule);
        }
    }

    public static bool IsGone(Transaction tx, string schedule) => tx.Scalar<long>("select count(*) from schedules where id = @schedule", new { schedule }) == 0;

    private static bool GoesOn(Transaction tx, string schedule) => tx.Scalar<long>(
        """
        select (select count(*) from messages where schedule_id = @schedule and state in ('accepted', 'queued', 'waiting', 'steered'))
            + (select count(*) from runs r where r.state <> 'ended' and (
                exists (select 1 from messages m where m.id = r.message_id and m.schedule_id = @schedule)
                or exists (select 1 from messages m where m.schedule_id = @schedule and m.run_id = r.id)))
        """,
        new { schedule }) > 0;

    public static bool IsSchedule(string scope) => Id<Schedule>.TryParse(scope, out _);
}
