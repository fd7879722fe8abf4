using System.Text.Json.Serialization;
using Muster.Client.Wallet;

namespace Muster.Client.Accounts;

/// <summary>An account, as owners and admins see it.</summary>
/// <param name="State"><c>active</c> or <c>disabled</c>.</param>
/// <param name="Nodes">How many machines are the user's own.</param>
public sealed record UserAccount(
    string Id, string Username, string? Email, string Role, string State, DateTimeOffset CreatedAt, DateTimeOffset? LastSeen, int Sessions, int Keys, int Nodes);

/// <param name="State"><c>open</c>, <c>used</c> or <c>expired</c>.</param>
public sealed record InviteInfo(string Id, string Role, string? Email, string? MadeBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string State, string? UsedBy);

/// <summary>A new invitation.</summary>
/// <param name="Token">Shown once.</param>
/// <param name="Command">What the invited person types.</param>
public sealed record Invitation(InviteInfo Invite, string Token, string Command);

/// <summary>A token of one use, with which a user sets a new password.</summary>
public sealed record PasswordReset(string Token, DateTimeOffset ExpiresAt, string Command);

/// <summary>A place where the user is signed in.</summary>
/// <param name="Kind"><c>browser</c>, <c>token</c> or <c>approval</c>.</param>
public sealed record SessionInfo(string Id, string Kind, string Address, string Program, DateTimeOffset CreatedAt, DateTimeOffset UsedAt, DateTimeOffset ExpiresAt, bool Current);

/// <summary>What a new key may do. Budgets are CPT; null is no bound.</summary>
/// <param name="Scopes">Of <c>ask</c>, <c>run</c>, <c>spend</c>, <c>manage</c>, <c>approve</c>.</param>
public sealed record KeyOptions(
    string Name, IReadOnlyList<string>? Scopes = null, int? ExpiresInDays = null,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Budget = null,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? BudgetDay = null,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? BudgetMonth = null);

/// <summary>A key. What it spent is counted where it has a budget; what its jobs have set aside counts until they give it back.</summary>
public sealed record KeyInfo(
    string Id, string Name, string User, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsed,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Budget,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? BudgetDay,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? BudgetMonth,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? Spent,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? SpentDay,
    [property: JsonConverter(typeof(CreditsAsText))] decimal? SpentMonth);

/// <param name="Secret">What a program sends; shown once.</param>
public sealed record NewKey(KeyInfo Key, string Secret);

/// <summary>Who did what.</summary>
/// <param name="Outcome"><c>done</c> or <c>refused</c>.</param>
public sealed record AuditEntry(
    long Number, DateTimeOffset At, string? UserId, string? Username, string? Credential, string Address, string Action, string? Subject, string Outcome, string? Detail, string Hash);

/// <param name="Problem">The first thing that is not as it was written.</param>
public sealed record AuditCheck(bool Good, long Entries, string? Problem);

internal sealed record RegisterRequest(string Username, string Password, string Email, string? Invite, bool Cookie = false);

internal sealed record ResetRequest(string Token, string Password);

internal sealed record PasswordChange(string OldPassword, string NewPassword);

internal sealed record InviteRequest(string? Role, string? Email, int? ExpiresInHours);

internal sealed record UserPatch(string? Role = null, string? State = null);
