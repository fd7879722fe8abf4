using Muster.Hub.Api;
using Muster.Hub.Ledger;
using Muster.Storage;

namespace Muster.Hub.Spending;

/// <summary>What a limit is to become.</summary>
/// <param name="Micro">Null: none.</param>
/// <param name="Add">On top of the one that there is.</param>
internal sealed record BudgetChange(long? Micro, bool Add = false)
{
    /// <returns>Null for a text that is none of <c>5</c>, <c>+5</c> and <c>none</c>.</returns>
    public static BudgetChange? Read(string text) =>
        text.ToLowerInvariant() is "none" or "无" ? new BudgetChange(null, Add: false)
        : Credits.Read(text is ['+', .. var more] ? more : text, out var amount) is null ? new BudgetChange(amount.Micro, text[0] == '+')
        : null;
}

/// <summary>Changes limits of conversations and schedules. To raise one is to allow what waits for it, so it needs the right to answer approvals.</summary>
internal sealed class BudgetDesk(SpendingSignal signal)
{
    /// <param name="chinese">The language of what is refused.</param>
    /// <exception cref="ApiException">The caller may not, or there is nothing to add to.</exception>
    public SpendingState Change(Transaction tx, string scope, BudgetChange change, bool mayRaise, bool chinese = false)
    {
        var before = SpendingLimits.Of(tx, scope);
        var max = Next(before.Max, change, mayRaise, chinese);
        SpendingLimits.Set(tx, scope, max);
        tx.OnCommitted(signal.Changed);
        return before with { Max = max };
    }

    /// <summary>What a limit becomes; null: none.</summary>
    /// <inheritdoc cref="Change"/>
    public static long? Next(long? before, BudgetChange change, bool mayRaise, bool chinese = false)
    {
        if (change.Add && before is null)
        {
            throw ApiException.Conflict(chinese ? "还没有上限：/budget 5 设置一个。" : "There is no limit that could be raised: set one first, such as /budget 5.");
        }

        var max = change.Add ? Sum(before!.Value, change.Micro!.Value) : change.Micro;
        return before is { } was && (max is null || max > was) && !mayRaise ? throw ApiException.Forbidden(new SpendingTexts(chinese).MayNotRaise) : max;
    }

    private static long Sum(long a, long b) => b > long.MaxValue - a ? long.MaxValue : a + b;
}
