using Muster.Client.Http;

namespace Muster.Client.Copies;

/// <summary>
/// Files that go from one machine to another, through the hub. What is uploaded with <see cref="Artifacts.ArtifactClient"/> can go to a
/// machine, and what comes from one without a target can be downloaded with it.
/// </summary>
public sealed class CopyClient
{
    private static readonly TimeSpan _first = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan _longest = TimeSpan.FromMilliseconds(500);
    private readonly Transport _transport;
    private readonly MusterClientOptions _options;

    internal CopyClient(Transport transport, MusterClientOptions options) => (_transport, _options) = (transport, options);

    /// <param name="to">Null: it becomes an artifact of the signed-in user, for a day.</param>
    /// <exception cref="MusterException"><c>not_found</c>, <c>node_offline</c>, <c>node_too_old</c>, <c>too_many_copies</c>, or as for every call.</exception>
    public Task<CopyInfo> StartAsync(CopySource from, CopyPlace? to, bool overwrite = false, CancellationToken cancellationToken = default) =>
        _transport.PostAsync("api/v1/copies", new CopyRequest(from, to, overwrite), ClientJson.Default.CopyRequest, ClientJson.Default.CopyInfo, cancellationToken);

    /// <summary>One that goes on, or ended within the last hour.</summary>
    public Task<CopyInfo> GetAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.GetAsync(Path(id), ClientJson.Default.CopyInfo, cancellationToken);

    /// <summary>Nothing of the file stays at the target. One that is over stays as it is.</summary>
    public Task CancelAsync(string id, CancellationToken cancellationToken = default) =>
        _transport.DoAsync(HttpMethod.Delete, Path(id), null, cancellationToken);

    /// <summary>Starts a copy and waits for its end. Cancelling cancels the copy.</summary>
    /// <exception cref="MusterException"><c>copy_failed</c> with the reason, or as <see cref="StartAsync"/>.</exception>
    public async Task<CopyInfo> RunAsync(
        CopySource from, CopyPlace? to, bool overwrite = false, IProgress<CopyInfo>? progress = null, CancellationToken cancellationToken = default)
    {
        var copy = await StartAsync(from, to, overwrite, cancellationToken);
        try
        {
            for (var pause = _first; !copy.IsOver; pause = pause * 2 < _longest ? pause * 2 : _longest)
            {
                progress?.Report(copy);
                await Task.Delay(pause, _options.Time, cancellationToken);
                copy = await GetAsync(copy.Id, cancellationToken);
            }
        }
        catch (MusterException gone) when (gone.Status == 404)
        {
            throw new MusterException(0, "copy_failed", "The hub does not know this copy any more, as it was started anew: look whether the file is there, and copy it again if not.", null, gone);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            using var parting = new CancellationTokenSource(TimeSpan.FromSeconds(5), _options.Time);
            await CancelAsync(copy.Id, parting.Token);
            throw;
        }

        progress?.Report(copy);
        return copy.State == "succeeded" ? copy : throw new MusterException(0, "copy_failed", copy.Error ?? $"The copy was {copy.State}.");
    }

    private static string Path(string id) => "api/v1/copies/" + Uri.EscapeDataString(id);
}
