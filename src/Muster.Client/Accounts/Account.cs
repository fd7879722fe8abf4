namespace Muster.Client.Accounts;

/// <summary>What a hub tells anyone.</summary>
public sealed record HubInfo(string Version, bool Claimed, string? Name);

/// <param name="Role"><c>owner</c>, <c>admin</c>, <c>member</c> or <c>guest</c>.</param>
/// <param name="Language"><c>en</c> or <c>zh</c>.</param>
public sealed record UserInfo(string Id, string Username, string Role, string? Language);

/// <param name="Scopes">Of <c>ask</c>, <c>manage</c>, <c>approve</c>.</param>
/// <param name="Unread">Notices that no channel has shown yet.</param>
public sealed record Me(UserInfo User, IReadOnlyList<string> Scopes, int Unread);

/// <summary>A one-time link on which the owner sets a password.</summary>
public sealed record OwnerLink(string Url, string Token, DateTimeOffset ExpiresAt);

internal sealed record LoginRequest(string Username, string Password, bool Cookie = false, bool Approve = false);

internal sealed record ClaimRequest(string Token, string Username, string Password, bool Cookie = false);

internal sealed record RefreshRequest(string RefreshToken);

internal sealed record LoginAnswer(UserInfo User, string? AccessToken, string? RefreshToken, int? ExpiresIn);
