namespace Muster.Hub.Accounts;

/// <param name="SignUp"><c>closed</c>, <c>invite</c> or <c>open</c>: who may make an account.</param>
public sealed record HubInfo(string Version, bool Claimed, string Name, string SignUp);

public sealed record ClaimRequest(string? Token, string? Username, string? Password, bool Cookie = false);

/// <param name="Approve">A token that may approve: short-lived, and without a refresh token, so that nobody keeps it.</param>
public sealed record LoginRequest(string? Username, string? Password, bool Cookie = false, bool Approve = false);

public sealed record RefreshRequest(string? RefreshToken);

public sealed record UserModel(string Id, string Username, string Role, string Language)
{
    internal static UserModel Of(UserRow user) => new(user.Id, user.Username, user.Role, user.Language);
}

/// <summary>Tokens are absent when a cookie was asked for.</summary>
public sealed record LoginAnswer(UserModel User, string? AccessToken, string? RefreshToken, int? ExpiresIn);

/// <param name="Key">Id of the key that asks; null for a person who signed in.</param>
public sealed record Me(UserModel User, IReadOnlyList<string> Scopes, int Unread, string? Email, string? Key);

public sealed record MePatch(string? Language);

public sealed record OwnerLinkAnswer(string Url, string Token, DateTimeOffset ExpiresAt);
