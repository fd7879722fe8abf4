using System.Text.Json.Serialization;
using Muster.Client.Wallet;

namespace Muster.Client.Budgets;

/// <summary>What a conversation, schedule or task may spend, in CPT.</summary>
/// <param name="MaxCpt">Null: there is no limit.</param>
/// <param name="SpentCpt">What was taken, and what is set aside now.</param>
/// <param name="MoreCpt">What on top of the limit would let go on what waits for it; null: nothing waits.</param>
public sealed record Budget(
    [property: JsonConverter(typeof(CreditsAsText))] decimal? MaxCpt,
    [property: JsonConverter(typeof(CreditsAsText))] decimal SpentCpt,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? LeftCpt,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? MoreCpt = null);

/// <summary>What a limit is to become: one of <see cref="To"/>, <see cref="More"/> and <see cref="None"/>.</summary>
public sealed record BudgetChange
{
    private BudgetChange()
    {
    }

    /// <summary>No limit.</summary>
    public static BudgetChange None { get; } = new();

    public string? MaxCpt { get; private init; }

    public string? AddCpt { get; private init; }

    public static BudgetChange To(decimal cpt) => new() { MaxCpt = CreditsAsText.Text(cpt) };

    /// <summary>On top of the limit that there is.</summary>
    public static BudgetChange More(decimal cpt) => new() { AddCpt = CreditsAsText.Text(cpt) };
}
