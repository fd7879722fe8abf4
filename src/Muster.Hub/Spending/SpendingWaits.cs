using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Ledger;
using Muster.Hub.Routing;
using Muster.Hub.Schedules;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Runs and tasks that wait for credits or a higher limit: their person is told once in each conversation, also of several that wait there for the same, and after a day nobody waits any more.</summary>
internal sealed class SpendingWaits(NoticeDesk notices, People people, TimeProvider time)
{
    /// <summary>How long a person may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    public static void Over(Transaction tx, string run) => tx.Execute("delete from spending_waits where run_id = @run", new { run });

    /// <summary>What on top of its limit would let all go on that waits for it; null where nothing does.</summary>
    public static Credits? More(Transaction tx, string scope, SpendingState state) =>
        tx.Scalar<long?>("select max(micro) from spending_waits where scope = @scope", new { scope }) is { } micro && !state.Allows(micro) ? SpendingTexts.More(state, micro) : null;

    public SpendingAnswer Pause(Transaction tx, SpendingAsk ask, SpendingShortage shortage)
    {
        var now = time.GetUtcNow();
        var before = tx.QueryFirst<Row>("select reason Reason, since Since from spending_waits where run_id = @Id", new { ask.By.Id });
        var text = Texts(tx, ask);
        if (!ask.By.Waits)
        {
            return new SpendingAnswer.Refused(text.AtOnce(shortage, ask));
        }

        if (before is not null && now - DateTimeOffset.FromUnixTimeMilliseconds(before.Since) >= Patience)
        {
            Over(tx, ask.By.Id);
            return new SpendingAnswer.Refused(text.Unanswered(shortage, ask));
        }

        if (shortage.Scope is { } scope && SpendingScopes.IsSchedule(scope))
        {
            ScheduleStore.PauseActive(tx, scope);
            shortage = shortage with { IsLast = ScheduleStore.Find(tx, scope) is { State: ScheduleWords.Ended } };
        }

        var notice = text.Notice(shortage, ask);
        var said = $"{shortage.Said} {ask.By.Scopes.Conversation}".TrimEnd();
        if (before?.Reason != said)
        {
            var isTold = tx.Scalar<long>("select count(*) from spending_waits where reason = @said", new { said }) > 0;
            tx.Execute(
                """
                insert into spending_waits (run_id, reason, since, scope, micro) values (@Id, @said, @at, @limit, @micro)
                on conflict (run_id) do update set reason = excluded.reason, since = excluded.since, scope = excluded.scope, micro = excluded.micro
                """,
                new { ask.By.Id, said, at = now.ToUnixTimeMilliseconds(), limit = shortage.State is null ? null : shortage.Scope, micro = shortage.State is null ? (long?)null : ask.Micro });
            if (!isTold)
            {
                notices.Tell(tx, ask.User.ToString(), notice, ask.By.Scopes.Conversation);
            }
        }

        return new SpendingAnswer.Wait(notice.Text);
    }

    private SpendingTexts Texts(Transaction tx, SpendingAsk ask) => new(
        RouteTexts.IsChinese(MessageStore.Find(tx, ask.By.MessageId)?.Text ?? "", people.Get(ask.User.ToString())?.Language ?? ""));

    private sealed record Row
    {
        public required string Reason { get; init; }
        public long Since { get; init; }
    }
}
