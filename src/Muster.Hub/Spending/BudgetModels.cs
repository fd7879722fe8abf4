using System.Text.Json.Serialization;
using Muster.Hub.Api;
using Muster.Hub.Ledger;

namespace Muster.Hub.Spending;

/// <param name="MaxCpt">Null: no limit.</param>
/// <param name="SpentCpt">What was taken, and what is set aside now.</param>
/// <param name="MoreCpt">What on top of the limit would let go on what waits for it; null: nothing waits.</param>
public sealed record BudgetModel(string? MaxCpt, string SpentCpt, string? LeftCpt, string? MoreCpt);

/// <summary>One of the two; neither takes the limit away.</summary>
/// <param name="MaxCpt">The limit, such as <c>5.000000</c>.</param>
/// <param name="AddCpt">On top of the limit that there is.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)] // a limit that is misspelt must not become none
public sealed record BudgetRequest(string? MaxCpt = null, string? AddCpt = null)
{
    internal BudgetChange Change() => (MaxCpt, AddCpt) switch
    {
        ({ }, { }) => throw ApiException.Invalid("add_cpt", "There is a new limit and something to add to the old one.", "Send one of max_cpt and add_cpt."),
        (null, null) => new BudgetChange(null, Add: false),
        ({ } max, null) => new BudgetChange(Amount(max, "max_cpt")),
        (null, { } more) => new BudgetChange(Amount(more, "add_cpt"), Add: true),
    };

    internal static long Amount(string text, string field) =>
        Credits.Read(text, out var amount) is var (message, fix) ? throw ApiException.Invalid(field, message, fix) : amount.Micro;
}
