namespace Muster.Hub.Accounts.Users;

/// <param name="State"><c>active</c> or <c>disabled</c>.</param>
/// <param name="LastSeen">When a sign-in or a key of the user was last used.</param>
/// <param name="Nodes">Machines that are the user's own.</param>
public sealed record UserView(
    string Id, string Username, string? Email, string Role, string State, DateTimeOffset CreatedAt, DateTimeOffset? LastSeen, int Sessions, int Keys, int Nodes);

/// <summary>What is null stays as it is.</summary>
/// <param name="State"><c>active</c> or <c>disabled</c>.</param>
public sealed record UserPatch(string? Role, string? State);
