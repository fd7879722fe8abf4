using System.Text.Json.Serialization;
using Muster.Hub.Ledger.Wallet;

namespace Muster.Hub.Accounts.Keys;

/// <param name="Scopes">Of <c>ask</c>, <c>run</c>, <c>spend</c>, <c>manage</c>, <c>approve</c>; by default <c>ask</c> alone.</param>
/// <param name="ExpiresInDays">1 to 3650; by default it does not expire.</param>
/// <param name="Budget">CPT as text that it may spend in all; by default all that its user has.</param>
/// <param name="BudgetDay">The same for each day.</param>
/// <param name="BudgetMonth">The same for each month; days and months are those of UTC.</param>
public sealed record KeyRequest(
    string? Name, IReadOnlyList<string?>? Scopes, int? ExpiresInDays,
    [property: JsonConverter(typeof(AmountAsText))] string? Budget,
    [property: JsonConverter(typeof(AmountAsText))] string? BudgetDay,
    [property: JsonConverter(typeof(AmountAsText))] string? BudgetMonth);

/// <summary>Amounts are CPT; a budget that is null has no bound. What is spent is counted for keys with a budget.</summary>
/// <param name="User">Whose key it is.</param>
/// <param name="Spent">In all; what its jobs have set aside counts until they give it back.</param>
public sealed record KeyModel(
    string Id, string Name, string User, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsed,
    string? Budget, string? BudgetDay, string? BudgetMonth, string? Spent, string? SpentDay, string? SpentMonth);

/// <param name="Secret">What the program sends as <c>Authorization: Bearer …</c>; shown once.</param>
public sealed record KeyAnswer(KeyModel Key, string Secret);
