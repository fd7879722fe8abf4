using Muster.Client.Http;

namespace Muster.Client.Accounts;

/// <summary>Other people's accounts, for owners and admins (scope <c>manage</c>). A user is named by name, id or the beginning of one.</summary>
public sealed class UserClient
{
    private readonly Transport _transport;

    internal UserClient(Transport transport) => _transport = transport;

    public Task<Page<UserAccount>> ListAsync(int limit = 50, string? after = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync($"api/v1/users?limit={limit}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)), ClientJson.Default.PageUserAccount, cancellationToken);

    public Task<UserAccount> GetAsync(string user, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(user), ClientJson.Default.UserAccount, cancellationToken);

    /// <param name="role"><c>owner</c>, <c>admin</c>, <c>member</c> or <c>guest</c>.</param>
    public Task<UserAccount> SetRoleAsync(string user, string role, CancellationToken cancellationToken = default) =>
        ChangeAsync(user, new UserPatch(Role: role), cancellationToken);

    /// <summary>Ends the user's sign-ins and runs at once, and refuses the keys until <see cref="EnableAsync"/>; jobs pause.</summary>
    public Task<UserAccount> DisableAsync(string user, CancellationToken cancellationToken = default) =>
        ChangeAsync(user, new UserPatch(State: "disabled"), cancellationToken);

    public Task<UserAccount> EnableAsync(string user, CancellationToken cancellationToken = default) =>
        ChangeAsync(user, new UserPatch(State: "active"), cancellationToken);

    /// <summary>For good: with conversations, keys and machines.</summary>
    public Task RemoveAsync(string user, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, Path(user), null, cancellationToken);

    /// <summary>A token for a user who forgot the password.</summary>
    public Task<PasswordReset> ResetAsync(string user, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(Path(user) + "/reset", new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.PasswordReset, cancellationToken);

    /// <param name="email">Only a person with this address can use it.</param>
    public Task<Invitation> InviteAsync(string role = "member", string? email = null, TimeSpan? life = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(
            "api/v1/invites", new InviteRequest(role, email, life is { } span ? (int)Math.Ceiling(span.TotalHours) : null), ClientJson.Default.InviteRequest, ClientJson.Default.Invitation,
            cancellationToken);

    /// <summary>Newest first.</summary>
    public Task<Page<InviteInfo>> InvitesAsync(int limit = 50, string? after = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync($"api/v1/invites?limit={limit}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)), ClientJson.Default.PageInviteInfo, cancellationToken);

    public Task RevokeInviteAsync(string invite, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, "api/v1/invites/" + Uri.EscapeDataString(invite), null, cancellationToken);

    private Task<UserAccount> ChangeAsync(string user, UserPatch patch, CancellationToken cancellationToken) =>
        _transport.PatchAsync(Path(user), patch, ClientJson.Default.UserPatch, ClientJson.Default.UserAccount, cancellationToken);

    private static string Path(string user)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(user);
        return "api/v1/users/" + Uri.EscapeDataString(user);
    }
}
