using Muster.Client.Http;

namespace Muster.Client.Notes;

/// <summary>Something that the assistant remembers of you.</summary>
public sealed record NoteInfo(string Id, string Text, DateTimeOffset At);

/// <summary>What the assistant remembers of you beyond a conversation.</summary>
public sealed class NoteClient
{
    private readonly Transport _transport;

    internal NoteClient(Transport transport) => _transport = transport;

    /// <summary>Newest first.</summary>
    /// <param name="query">Words that all occur in a note; null: every note.</param>
    /// <param name="after">The <see cref="Page{T}.Next"/> of the page before.</param>
    public Task<Page<NoteInfo>> ListAsync(string? query = null, int limit = 50, string? after = null, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(
            $"api/v1/notes?limit={limit}" + (query is null ? "" : "&query=" + Uri.EscapeDataString(query)) + (after is null ? "" : "&after=" + Uri.EscapeDataString(after)),
            ClientJson.Default.PageNoteInfo,
            cancellationToken);

    /// <param name="id">Or at least its first 6 characters.</param>
    public Task RemoveAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, "api/v1/notes/" + Uri.EscapeDataString(id), null, cancellationToken);

    /// <summary>Every one.</summary>
    public Task RemoveAllAsync(CancellationToken cancellationToken = default) => _transport.DoAsync(HttpMethod.Delete, "api/v1/notes", null, cancellationToken);
}
