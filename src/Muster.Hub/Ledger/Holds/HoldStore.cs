using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger.Holds;

/// <summary>The SQL of holds.</summary>
internal static class HoldStore
{
    private const string Columns =
        "key Key, payer Payer, amount Amount, captured Captured, rest OwnRest, bonus_rest BonusRest, placed_at PlacedAt, closed_at ClosedAt";

    public static Dictionary<string, Hold> Find(Transaction tx, IReadOnlyCollection<string> keys) => keys.Count == 0
        ? []
        : tx.Query<Hold>($"select {Columns} from ledger_holds where key in @keys", new { keys }).ToDictionary(hold => hold.Key, StringComparer.Ordinal);

    public static void Insert(Transaction tx, Hold hold) => tx.Execute(
        "insert into ledger_holds (key, payer, amount, rest, bonus_rest, placed_at) values (@Key, @Payer, @Amount, @OwnRest, @BonusRest, @PlacedAt)", hold);

    public static void Update(Transaction tx, IEnumerable<Hold> holds) => tx.Execute(
        "update ledger_holds set captured = @Captured, rest = @OwnRest, bonus_rest = @BonusRest, closed_at = @ClosedAt where key = @Key",
        holds.OrderBy(hold => hold.Key, StringComparer.Ordinal).Select(hold => new { hold.Captured, hold.OwnRest, hold.BonusRest, hold.ClosedAt, hold.Key }));

    public static void Extend(Transaction tx, string key, long micro) => tx.Execute(
        "update ledger_holds set amount = amount + @micro, rest = rest + @micro where key = @key", new { key, micro });

    public static IReadOnlyList<string> Orphans(Transaction tx, HoldSource source, DateTimeOffset before, int most) => tx.Query<string>(
        $"""
        select key from ledger_holds
        where closed_at is null and placed_at < @before and substr(key, 1, @length) = @prefix and not exists ({source.Exists})
        order by placed_at limit @most
        """,
        new { before = before.ToUnixTimeMilliseconds(), prefix = source.Prefix, length = source.Prefix.Length, most });

    /// <summary>How much of what was captured came out of the bonus, and did not go back to it.</summary>
    public static long BonusTaken(Transaction tx, Hold hold) => tx.Scalar<long>(
        """
        select coalesce(cast(sum(case when t.debit = a.number then t.amount else -t.amount end) as bigint), 0)
        from ledger_accounts a join ledger_transfers t on t.debit = a.number or t.credit = a.number
        where a.name = @account and t.reference = @key
        """,
        new { account = hold.BonusAccount, key = hold.Key });

    /// <summary>What open holds have set aside, per payer.</summary>
    public static IEnumerable<(Id<User> Payer, long Own, long Bonus)> OpenRests(Transaction tx) => tx.Query<(string Payer, long Own, long Bonus)>(
            "select payer, cast(sum(rest) as bigint), cast(sum(bonus_rest) as bigint) from ledger_holds where closed_at is null group by payer")
        .Select(rest => (Id<User>.Parse(rest.Payer), rest.Own, rest.Bonus));

    /// <summary>Holds whose transfers do not add up to what they say was captured. Reads every capture that there ever was.</summary>
    public static IEnumerable<string> Mismatched(Transaction tx, int most) => tx.Query<(string Key, long Captured, long Taken)>(
            """
            select h.key, h.captured, coalesce(t.taken, 0) from ledger_holds h
            left join (
                select reference, cast(sum(case when kind = 'return' then -amount else amount end) as bigint) taken from ledger_transfers
                where key like 'hold:%' or key like 'bonus:hold:%' or kind = 'return' group by reference) t on t.reference = h.key
            where h.captured <> coalesce(t.taken, 0) limit @most
            """,
            new { most })
        .Select(hold => $"The hold {hold.Key} says that {hold.Captured} micro-credits were captured, and its transfers add up to {hold.Taken}.");
}
