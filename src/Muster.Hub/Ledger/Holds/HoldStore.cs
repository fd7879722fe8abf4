using Muster.Protocol.Ids;
using Muster.Storage;
using Muster.Storage.Rows;

namespace Muster.Hub.Ledger.Holds;

/// <summary>The SQL of holds.</summary>
internal static class HoldStore
{
    private static readonly RowTable Placed = new(
        "ledger_holds", RowConflict.Fail, new("key", RowType.Text, true), new("payer", RowType.Text), new("amount", RowType.Integer), new("rest", RowType.Integer),
        new("bonus_rest", RowType.Integer), new("placed_at", RowType.Integer));

    private static readonly RowTable Taken = new(
        "ledger_holds", RowConflict.Fail, new("key", RowType.Text, true), new("captured", RowType.Integer), new("bonus_captured", RowType.Integer),
        new("rest", RowType.Integer), new("bonus_rest", RowType.Integer), new("closed_at", RowType.Integer));

    public static Dictionary<string, Hold> Find(Transaction tx, IEnumerable<string> keys) => tx.QueryByKey(
        "select key, payer, amount, captured, bonus_captured, rest, bonus_rest, placed_at, closed_at from ledger_holds", "key", keys,
        row => new Hold
        {
            Key = row.GetString(0), Payer = row.GetString(1), Amount = row.GetInt64(2), Captured = row.GetInt64(3), BonusCaptured = row.GetInt64(4),
            OwnRest = row.GetInt64(5), BonusRest = row.GetInt64(6), PlacedAt = row.GetInt64(7), ClosedAt = row.IsDBNull(8) ? null : row.GetInt64(8),
        }).ToDictionary(hold => hold.Key, StringComparer.Ordinal);

    public static void Insert(Transaction tx, IEnumerable<Hold> holds) => tx.InsertMany(Placed, holds, static (row, hold) =>
        row.Add(hold.Key).Add(hold.Payer).Add(hold.Amount).Add(hold.OwnRest).Add(hold.BonusRest).Add(hold.PlacedAt));

    public static void Update(Transaction tx, IEnumerable<Hold> holds) => tx.UpdateMany(Taken, holds, static (row, hold) =>
        row.Add(hold.Key).Add(hold.Captured).Add(hold.BonusCaptured).Add(hold.OwnRest).Add(hold.BonusRest).Add(hold.ClosedAt));

    public static void Extend(Transaction tx, string key, long micro) => tx.Execute(
        "update ledger_holds set amount = amount + @micro, rest = rest + @micro where key = @key", new { key, micro });

    public static IReadOnlyList<string> Orphans(Transaction tx, HoldSource source, DateTimeOffset before, int most) => tx.Query<string>(
        $"""
        select key from ledger_holds
        where closed_at is null and placed_at < @before and substr(key, 1, @length) = @prefix and not exists ({source.Exists})
        order by placed_at limit @most
        """,
        new { before = before.ToUnixTimeMilliseconds(), prefix = source.Prefix, length = source.Prefix.Length, most });

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
