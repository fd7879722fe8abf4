namespace Muster.Hub.Accounts;

public sealed record HubInfo(string Version, bool Claimed, string Name);

public sealed record ClaimRequest(string? Token, string? Username, string? Password, bool Cookie = false);

/// <param name="Approve">A token that may approve: short-lived, and without a refresh token, so that nobody keeps it.</param>
public sealed record LoginRequest(string? Username, string? Password, bool Cookie = false, bool Approve = false);

public sealed record RefreshRequest(string? RefreshToken);

public sealed record UserModel(string Id, string Username, string Role, string Language);

/// <summary>Tokens are absent when a cookie was asked for.</summary>
public sealed record LoginAnswer(UserModel User, string? AccessToken, string? RefreshToken, int? ExpiresIn);

public sealed record Me(UserModel User, IReadOnlyList<string> Scopes, int Unread);

public sealed record MePatch(string? Language);

public sealed record OwnerLinkAnswer(string Url, string Token, DateTimeOffset ExpiresAt);
