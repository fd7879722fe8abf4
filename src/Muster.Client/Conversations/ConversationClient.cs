using Muster.Client.Http;

namespace Muster.Client.Conversations;

/// <summary>Conversations and what is said in them.</summary>
public sealed class ConversationClient
{
    private readonly Transport _transport;

    internal ConversationClient(Transport transport) => _transport = transport;

    public Task<ConversationInfo> CreateAsync(string? title = null, string? node = null, string? model = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/conversations", new ConversationRequest(title, node, model), ClientJson.Default.ConversationRequest, ClientJson.Default.ConversationInfo, cancellationToken);

    /// <summary>Newest first; <paramref name="after"/> is the last page's <c>Next</c>.</summary>
    public Task<Page<ConversationInfo>> ListAsync(int limit = 50, string? after = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(
            $"api/v1/conversations?limit={limit}" + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)),
            ClientJson.Default.PageConversationInfo,
            cancellationToken);

    /// <param name="id">An id or a unique prefix of at least 6 characters of its random part.</param>
    public Task<ConversationInfo> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(id), ClientJson.Default.ConversationInfo, cancellationToken);

    /// <summary>Changes the title, makes a machine the active one, or chooses the model (<c>default</c>: each machine's own).</summary>
    public Task<ConversationInfo> ChangeAsync(string id, string? title = null, string? node = null, string? model = null, CancellationToken cancellationToken = default) =>
        _transport.PatchAsync(Path(id), new ConversationRequest(title, node, model), ClientJson.Default.ConversationRequest, ClientJson.Default.ConversationInfo, cancellationToken);

    public Task DeleteAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, Path(id), null, cancellationToken);

    /// <summary>Hands a message over. Repeating it with the same <paramref name="messageId"/> changes nothing.</summary>
    public Task<MessageAccepted> SendAsync(string id, string messageId, string text, bool interrupt = false, string? channel = null, CancellationToken cancellationToken = default) =>
        _transport.PostAsync(
            Path(id) + "/messages",
            new MessageRequest(messageId, text, interrupt ? true : null, channel),
            ClientJson.Default.MessageRequest,
            ClientJson.Default.MessageAccepted,
            cancellationToken);

    /// <summary>Stops the conversation's run on its machine and returns one receipt per machine.</summary>
    public async Task<IReadOnlyList<StopReceipt>> StopAsync(string id, CancellationToken cancellationToken = default) =>
        (await _transport.PostAsync(Path(id) + "/stop", new Nothing(), ClientJson.Default.Nothing, ClientJson.Default.StopAnswer, cancellationToken)).Receipts;

    private static string Path(string id)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        return "api/v1/conversations/" + Uri.EscapeDataString(id);
    }
}
