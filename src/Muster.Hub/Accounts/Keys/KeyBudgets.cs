using Muster.Hub.Api;
using Muster.Hub.Ledger;
using Muster.Storage;

namespace Muster.Hub.Accounts.Keys;

/// <summary>Micro-credits that a key has spent: what was taken, and what is still set aside for its jobs.</summary>
internal sealed record KeySpending(long Total, long Day, long Month);

/// <summary>
/// Counts what keys spend, in the transaction that sets the credits aside or gives them away, so that no two of them together go over a
/// budget. What a job gives back is free to be spent again.
/// </summary>
internal sealed class KeyBudgets(TimeProvider time)
{
    private DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Before a hold is placed or made larger by this caller. Nothing happens without a budget.</summary>
    /// <exception cref="ApiException">Its budget would not do.</exception>
    public void Hold(Transaction tx, SignedIn caller, string hold, long micro)
    {
        if (caller is { Budgeted: true, Key: { } key } && micro > 0)
        {
            Check(tx, key, micro);
            tx.Execute(
                """
                insert into key_holds (hold, key_id, micro, day) values (@hold, @key, @micro, @day)
                on conflict (key_id, hold) do update set micro = key_holds.micro + excluded.micro
                """,
                new { hold, key, micro, day = Today() });
        }
    }

    /// <summary>Before credits are given away by this caller.</summary>
    /// <exception cref="ApiException">Its budget would not do.</exception>
    public void Spend(Transaction tx, SignedIn caller, long micro)
    {
        if (caller is { Budgeted: true, Key: { } key } && micro > 0)
        {
            Check(tx, key, micro);
            Add(tx, key, Today(), micro);
        }
    }

    /// <summary>Before credits are set aside for a call of a model, which <see cref="Taken"/> counts in the end.</summary>
    /// <returns>Why its budget does not do, and whether that is for good; or null.</returns>
    public (string Sentence, bool IsFinal)? Refusal(Transaction tx, string key, long micro)
    {
        try
        {
            Check(tx, key, micro);
            return null;
        }
        catch (ApiException refused)
        {
            return refused.Status == 401 ? ("The key that this was asked with was revoked, so it spends nothing more.", true) : (refused.Message, false);
        }
    }

    /// <summary>What such a call did cost.</summary>
    /// <param name="covered">A hold that counts no longer for so much; null: there is none.</param>
    public void Taken(Transaction tx, string key, long micro, string? covered)
    {
        if (micro > 0)
        {
            Add(tx, key, Today(), micro);
            tx.Execute("update key_holds set micro = case when micro > @micro then micro - @micro else 0 end where key_id = @key and hold = @covered", new { key, micro, covered });
        }
    }

    public KeySpending Spent(Transaction tx, string key)
    {
        var (today, month) = (Today(), new DateTimeOffset(Now.Year, Now.Month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 86_400);
        var days = tx.Query<(long Day, long Micro)>(
            """
            select day, micro from key_days where key_id = @key
            union all
            select k.day, case when k.micro < h.captured + h.rest + h.bonus_rest then k.micro else h.captured + h.rest + h.bonus_rest end
            from key_holds k join ledger_holds h on h.key = k.hold where k.key_id = @key
            union all
            select @today, c.reserved from spending_shares s join spending_calls c on c.id = s.call_id where s.scope = @key and c.settled is null
            """,
            new { key, today });
        return new KeySpending(
            days.Aggregate(0L, (sum, row) => checked(sum + row.Micro)),
            days.Where(row => row.Day == today).Aggregate(0L, (sum, row) => checked(sum + row.Micro)),
            days.Where(row => row.Day >= month).Aggregate(0L, (sum, row) => checked(sum + row.Micro)));
    }

    private void Check(Transaction tx, string key, long micro)
    {
        Settle(tx, key);
        if (ApiKeys.Find(tx, key) is not { RevokedAt: null } row)
        {
            throw ApiException.Unauthenticated();
        }

        var spent = Spent(tx, key);
        foreach (var (budget, used, span) in new[] { (row.Budget, spent.Total, "in all"), (row.BudgetDay, spent.Day, "a day"), (row.BudgetMonth, spent.Month, "a month") })
        {
            if (budget is { } most && (used > most || micro > most - used))
            {
                throw new ApiException(
                    403, "budget_exceeded",
                    $"The key \"{row.Name}\" may spend {new Credits(most)} CPT {span}, of which {new Credits(Math.Max(0, most - used))} CPT are left, and this needs {new Credits(micro)} CPT. "
                    + "Ask for less (--max-cpt), or make a key with a larger budget.");
            }
        }
    }

    /// <summary>What closed holds have taken moves to the days' sums, so that no look-up is longer than there are open jobs and days.</summary>
    private static void Settle(Transaction tx, string key)
    {
        var closed = tx.Query<(string Hold, long Day, long Micro)>(
            """
            select k.hold, k.day, case when k.micro < h.captured then k.micro else h.captured end
            from key_holds k join ledger_holds h on h.key = k.hold where k.key_id = @key and h.closed_at is not null
            """,
            new { key });
        foreach (var (hold, day, micro) in closed)
        {
            Add(tx, key, day, micro);
            tx.Execute("delete from key_holds where key_id = @key and hold = @hold", new { key, hold });
        }
    }

    private static void Add(Transaction tx, string key, long day, long micro) => tx.Execute(
        """
        insert into key_days (key_id, day, micro) values (@key, @day, @micro)
        on conflict (key_id, day) do update set micro = key_days.micro + excluded.micro
        """,
        new { key, day, micro });

    private long Today() => Now.ToUnixTimeSeconds() / 86_400;
}
