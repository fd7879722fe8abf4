using Muster.Client.Http;

namespace Muster.Client.Accounts;

/// <summary>Keys for programs (scope <c>manage</c>). A key never allows more than the credential that makes it.</summary>
public sealed class KeyClient
{
    private readonly Transport _transport;

    internal KeyClient(Transport transport) => _transport = transport;

    public Task<NewKey> CreateAsync(KeyOptions options, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/keys", options, ClientJson.Default.KeyOptions, ClientJson.Default.NewKey, cancellationToken);

    /// <param name="user">Somebody else, for an admin.</param>
    public async Task<IReadOnlyList<KeyInfo>> ListAsync(string? user = null, CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync("api/v1/keys" + (user is null ? "" : "?user=" + Uri.EscapeDataString(user)), ClientJson.Default.PageKeyInfo, cancellationToken)).Items;

    /// <param name="key">An id, or a unique part of one.</param>
    public Task<KeyInfo> GetAsync(string key, CancellationToken cancellationToken = default) =>
        _transport.GetAsync("api/v1/keys/" + Uri.EscapeDataString(key), ClientJson.Default.KeyInfo, cancellationToken);

    /// <summary>Nothing can be done with it from then on; what streams by it is cut.</summary>
    public Task RevokeAsync(string key, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, "api/v1/keys/" + Uri.EscapeDataString(key), null, cancellationToken);
}
