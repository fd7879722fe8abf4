using System.Text.Json;
using Muster.Client.Http;

namespace Muster.Client.Accounts;

/// <summary>Who the program is to the hub.</summary>
public sealed class AccountClient
{
    private readonly Transport _transport;

    internal AccountClient(Transport transport) => _transport = transport;

    /// <summary>Needs no sign-in: version, and whether an owner has set a password.</summary>
    public Task<HubInfo> HubAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/v1/hub", ClientJson.Default.HubInfo, cancellationToken);

    /// <summary>Signs in; from here on the client renews its tokens by itself.</summary>
    /// <exception cref="MusterException">Code <c>wrong_credentials</c>.</exception>
    public async Task<UserInfo> LoginAsync(string username, string password, CancellationToken cancellationToken = default) =>
        Accept(await _transport.PostAsync("api/v1/login", new LoginRequest(username, password), ClientJson.Default.LoginRequest, ClientJson.Default.LoginAnswer, cancellationToken));

    /// <summary>Sets the owner's password with the token of a one-time link, and signs in.</summary>
    public async Task<UserInfo> ClaimAsync(string token, string username, string password, CancellationToken cancellationToken = default) =>
        Accept(await _transport.PostAsync("api/v1/claim", new ClaimRequest(token, username, password), ClientJson.Default.ClaimRequest, ClientJson.Default.LoginAnswer, cancellationToken));

    /// <summary>Makes an account and signs in to it.</summary>
    /// <param name="invite">The token of an invitation; not needed where the hub lets anyone sign up.</param>
    /// <exception cref="MusterException">Code <c>invite_needed</c>, <c>invite_wrong</c>, <c>signup_closed</c>, <c>conflict</c> or <c>invalid</c>.</exception>
    public async Task<UserInfo> RegisterAsync(string username, string password, string email, string? invite = null, CancellationToken cancellationToken = default) =>
        Accept(await _transport.PostAsync(
            "api/v1/register", new RegisterRequest(username, password, email, invite), ClientJson.Default.RegisterRequest, ClientJson.Default.LoginAnswer, cancellationToken));

    /// <summary>Sets a new password by a token that an admin made; needs no sign-in.</summary>
    /// <exception cref="MusterException">Code <c>reset_wrong</c> or <c>invalid</c>.</exception>
    public Task ResetPasswordAsync(string token, string password, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Post, "api/v1/password-resets", JsonSerializer.SerializeToUtf8Bytes(new ResetRequest(token, password), ClientJson.Default.ResetRequest), cancellationToken);

    /// <summary>The sign-in that does it goes on, all others end.</summary>
    /// <exception cref="MusterException">Code <c>wrong_credentials</c> or <c>invalid</c>.</exception>
    public Task ChangePasswordAsync(string oldPassword, string newPassword, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Post, "api/v1/me/password", JsonSerializer.SerializeToUtf8Bytes(new PasswordChange(oldPassword, newPassword), ClientJson.Default.PasswordChange), cancellationToken);

    /// <summary>Where the user is signed in.</summary>
    public async Task<IReadOnlyList<SessionInfo>> SessionsAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync("api/v1/me/sessions", ClientJson.Default.PageSessionInfo, cancellationToken)).Items;

    public Task EndSessionAsync(string session, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, "api/v1/me/sessions/" + Uri.EscapeDataString(session), null, cancellationToken);

    /// <summary>Ends this sign-in and no other.</summary>
    public async Task LogoutAsync(CancellationToken cancellationToken = default)
    {
        await _transport.DoAsync(HttpMethod.Post, "api/v1/logout", null, cancellationToken);
        _transport.Authorization.Forget();
    }

    public Task<Me> MeAsync(CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/v1/me", ClientJson.Default.Me, cancellationToken);

    /// <summary>A new one-time link to set the owner's password (scope <c>manage</c>).</summary>
    public Task<OwnerLink> OwnerLinkAsync(CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/owner-links", new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.OwnerLink, cancellationToken);

    private UserInfo Accept(LoginAnswer answer)
    {
        _transport.Authorization.Accept(answer);
        return answer.User;
    }
}
