using System.Text.Json;
using Muster.Client.Http;

namespace Muster.Client.Conversations;

/// <summary>What a person missed.</summary>
public sealed class InboxClient
{
    private readonly Transport _transport;

    internal InboxClient(Transport transport) => _transport = transport;

    public async Task<IReadOnlyList<InboxItem>> ListAsync(CancellationToken cancellationToken = default) =>
        (await _transport.GetAsync("api/v1/inbox", ClientJson.Default.PageInboxItem, cancellationToken)).Items;

    /// <summary>Everything up to this number was shown.</summary>
    public Task SeenAsync(long number, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Post, "api/v1/inbox/seen", JsonSerializer.SerializeToUtf8Bytes(new SeenRequest(number), ClientJson.Default.SeenRequest), cancellationToken);
}
