using Muster.Storage;

namespace Muster.Hub.Spending;

/// <param name="Spent">What was taken, and what is set aside now.</param>
internal sealed record SpendingState(long? Max, long Spent)
{
    public long Left => Max is { } most ? Math.Max(0, most - Spent) : long.MaxValue;

    public bool Allows(long micro) => micro <= Left;
}

/// <summary>What conversations and schedules (the scopes) may spend and have spent. Called in the transaction that sets credits aside, so that no two together go over a limit.</summary>
internal static class SpendingLimits
{
    public static SpendingState Of(Transaction tx, string scope)
    {
        var row = tx.QueryFirst<Row>("select max Max, spent Spent from spending_limits where scope = @scope", new { scope });
        var open = tx.Scalar<long>(
            """
            select coalesce(cast(sum(c.reserved) as bigint), 0) from spending_shares s join spending_calls c on c.id = s.call_id
            where s.scope = @scope and c.settled is null
            """,
            new { scope });
        var jobs = tx.Scalar<long>(
            """
            select coalesce(cast(sum(case when k.micro < h.captured + h.rest + h.bonus_rest then k.micro else h.captured + h.rest + h.bonus_rest end) as bigint), 0)
            from spending_holds k join ledger_holds h on h.key = k.hold where k.scope = @scope
            """,
            new { scope });
        return new SpendingState(row?.Max, (row?.Spent ?? 0) + open + jobs);
    }

    public static void Set(Transaction tx, string scope, long? max) => tx.Execute(
        "insert into spending_limits (scope, max) values (@scope, @max) on conflict (scope) do update set max = excluded.max", new { scope, max });

    /// <summary>Taken for good.</summary>
    /// <param name="covered">A hold that counts no longer for so much; null: there is none.</param>
    public static void Add(Transaction tx, string scope, long micro, string? covered)
    {
        tx.Execute(
            """
            insert into spending_limits (scope, spent) values (@scope, @micro)
            on conflict (scope) do update set spent = spending_limits.spent + excluded.spent
            """,
            new { scope, micro });
        if (covered is not null)
        {
            tx.Execute("update spending_holds set micro = case when micro > @micro then micro - @micro else 0 end where scope = @scope and hold = @covered", new { scope, micro, covered });
        }
    }

    /// <summary>Counts what is set aside for a job, which was looked at before.</summary>
    public static void Hold(Transaction tx, string scope, string hold, long micro) => tx.Execute(
        """
        insert into spending_holds (scope, hold, micro) values (@scope, @hold, @micro)
        on conflict (scope, hold) do update set micro = spending_holds.micro + excluded.micro
        """,
        new { scope, hold, micro });

    /// <summary>The scope is gone.</summary>
    public static void Forget(Transaction tx, string scope)
    {
        tx.Execute("delete from spending_limits where scope = @scope", new { scope });
        tx.Execute("delete from spending_holds where scope = @scope", new { scope });
    }

    private sealed record Row
    {
        public long? Max { get; init; }
        public long Spent { get; init; }
    }
}
