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
