namespace Muster.Client.Accounts;

/// <summary>What a hub tells anyone.</summary>
/// <param name="SignUp"><c>closed</c>, <c>invite</c> or <c>open</c>: who may make an account.</param>
public sealed record HubInfo(string Version, bool Claimed, string? Name, string? SignUp);

/// <param name="Role"><c>owner</c>, <c>admin</c>, <c>member</c> or <c>guest</c>.</param>
/// <param name="Language"><c>en</c> or <c>zh</c>.</param>
public sealed record UserInfo(string Id, string Username, string Role, string? Language);

/// <param name="Scopes">Of <c>ask</c>, <c>run</c>, <c>spend</c>, <c>manage</c>, <c>approve</c>.</param>
/// <param name="Unread">Notices that no channel has shown yet.</param>
/// <param name="Key">Id of the key that asks; null for a person who signed in.</param>
public sealed record Me(UserInfo User, IReadOnlyList<string> Scopes, int Unread, string? Email, string? Key);

/// <summary>A one-time link on which the owner sets a password.</summary>
public sealed record OwnerLink(string Url, string Token, DateTimeOffset ExpiresAt);

internal sealed record LoginRequest(string Username, string Password, bool Cookie = false, bool Approve = false);

internal sealed record ClaimRequest(string Token, string Username, string Password, bool Cookie = false);

internal sealed record RefreshRequest(string RefreshToken);

internal sealed record LoginAnswer(UserInfo User, string? AccessToken, string? RefreshToken, int? ExpiresIn);
