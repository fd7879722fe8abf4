using Muster.Client.Http;

namespace Muster.Client.Operations;

/// <summary>Backups of the hub; for its owner.</summary>
public sealed class BackupClient
{
    // A hub first writes its rows to its own disk, which takes its time.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly Transport _transport;

    internal BackupClient(Transport transport) => _transport = transport;

    /// <summary>Has the hub make an archive and copies it. It is whole when it ends with its manifest, which <c>muster restore</c> checks.</summary>
    /// <exception cref="MusterException">The hub refuses, or the connection breaks in between: then it is to be asked for again.</exception>
    public async Task WriteAsync(Stream output, CancellationToken cancellationToken = default)
    {
        using var response = await _transport.OpenAsync(HttpMethod.Post, "api/v1/backups", Patience, cancellationToken);
        try
        {
            await response.Content.CopyToAsync(output, cancellationToken);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException && !cancellationToken.IsCancellationRequested)
        {
            throw new MusterException(0, "unreachable", $"The connection to {_transport.Hub} broke before the backup was whole: try again.", null, broken);
        }
    }
}
