namespace Muster.Hub.Accounts.Joining;

/// <param name="Role">What the invited person becomes: <c>guest</c>, <c>member</c> (by default), <c>admin</c> or <c>owner</c>.</param>
/// <param name="Email">Only a person with this address can use it.</param>
/// <param name="ExpiresInHours">1 to 720; a week by default.</param>
public sealed record InviteRequest(string? Role, string? Email, int? ExpiresInHours);

/// <param name="MadeBy">User name, while there is such a user.</param>
/// <param name="State"><c>open</c>, <c>used</c> or <c>expired</c>.</param>
/// <param name="UsedBy">Name of the user that it became.</param>
public sealed record InviteModel(string Id, string Role, string? Email, string? MadeBy, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt, string State, string? UsedBy);

/// <param name="Token">Shown once.</param>
/// <param name="Command">What the invited person types.</param>
public sealed record InviteAnswer(InviteModel Invite, string Token, string Command);

/// <param name="Invite">The token of an invitation; not needed where anyone may sign up.</param>
public sealed record RegisterRequest(string? Username, string? Password, string? Email, string? Invite, bool Cookie = false);

/// <param name="Token">Shown once; whoever has it can set a new password.</param>
/// <param name="Command">What the user types.</param>
public sealed record ResetAnswer(string Token, DateTimeOffset ExpiresAt, string Command);

public sealed record ResetRequest(string? Token, string? Password);
