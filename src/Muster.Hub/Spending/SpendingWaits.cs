using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Routing;
using Muster.Hub.Schedules;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>Runs that wait for credits or a higher limit: their person is told once, and after a day nobody waits any more.</summary>
internal sealed class SpendingWaits(NoticeDesk notices, People people, TimeProvider time)
{
    /// <summary>How long a person may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    public static void Over(Transaction tx, string run) => tx.Execute("delete from spending_waits where run_id = @run", new { run });

    public SpendingAnswer Pause(Transaction tx, SpendingAsk ask, SpendingShortage shortage)
    {
        var now = time.GetUtcNow();
        var before = tx.QueryFirst<Row>("select reason Reason, since Since from spending_waits where run_id = @Id", new { ask.Run.Id });
        var text = Texts(tx, ask);
        if (before is not null && now - DateTimeOffset.FromUnixTimeMilliseconds(before.Since) >= Patience)
        {
            Over(tx, ask.Run.Id);
            return new SpendingAnswer.Refused(text.Unanswered(shortage, ask));
        }

        if (shortage.Scope is { } scope && SpendingScopes.IsSchedule(scope))
        {
            ScheduleStore.PauseActive(tx, scope);
        }

        if (before?.Reason != shortage.Said)
        {
            tx.Execute(
                """
                insert into spending_waits (run_id, reason, since) values (@Id, @Said, @at)
                on conflict (run_id) do update set reason = excluded.reason, since = excluded.since
                """,
                new { ask.Run.Id, shortage.Said, at = now.ToUnixTimeMilliseconds() });
            notices.Tell(tx, ask.User.ToString(), text.Notice(shortage, ask), ask.Run.ConversationId);
        }

        return new SpendingAnswer.Wait();
    }

    private SpendingTexts Texts(Transaction tx, SpendingAsk ask) => new(
        RouteTexts.IsChinese(MessageStore.Find(tx, ask.Run.MessageId)?.Text ?? "", people.Get(ask.User.ToString())?.Language ?? ""));

    private sealed record Row
    {
        public required string Reason { get; init; }
        public long Since { get; init; }
    }
}
