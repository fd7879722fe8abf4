using Muster.Client.Http;
using Muster.Protocol.Transfers;

namespace Muster.Client.Artifacts;

/// <summary>
/// Files of any size, each named by the SHA-256 of its content. Both ways take constant memory, go on by themselves where a
/// connection broke, and end only when the hash is right. What is uploaded stays for a day unless a job takes it.
/// </summary>
public sealed class ArtifactClient
{
    private readonly Transport _transport;
    private readonly TransferDoor _door;

    internal ArtifactClient(Transport transport, MusterClientOptions options) => (_transport, _door) = (transport, new TransferDoor(transport, options));

    /// <param name="progress">Told how many bytes have been sent.</param>
    /// <exception cref="MusterException"><c>too_large</c>, <c>storage_full</c>, <c>unreadable</c>, or as for every call.</exception>
    public async Task<ArtifactInfo> UploadAsync(string path, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        await using var file = OpenFile(path);
        return await UploadAsync(file, progress, cancellationToken);
    }

    /// <param name="content">Read from its position to its end. One that cannot seek is kept a few MiB at a time, so that a part can be sent again.</param>
    public async Task<ArtifactInfo> UploadAsync(Stream content, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        try
        {
            return await new ResumableUpload(_door, _transport.Address("api/v1/artifacts"), UploadSource.Of(content), progress).RunAsync(cancellationToken);
        }
        catch (UploadSourceException failure)
        {
            throw new MusterException(0, "unreadable", failure.Message, null, failure);
        }
    }

    /// <summary>
    /// Into a file, which appears when it is whole. What came before a break, or before this program ended, stays beside it as
    /// <c>.part</c> and is not fetched again.
    /// </summary>
    /// <exception cref="MusterException"><c>not_found</c>, <c>damaged</c>, <c>not_written</c>, or as for every call.</exception>
    public async Task<long> DownloadAsync(string sha256, string path, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        var part = path + ".part";
        using var hash = new StreamHash();
        try
        {
            long size;
            using (var file = File.OpenHandle(part, FileMode.OpenOrCreate, FileAccess.ReadWrite))
            {
                await FileTransfer.HashAsync(file, hash, RandomAccess.GetLength(file), cancellationToken);
                size = await Download(sha256, progress).RunAsync(FileTransfer.Writer(file, hash.Count), hash, cancellationToken);
            }

            File.Move(part, path, overwrite: true);
            return size;
        }
        catch (MusterException failure) when (failure.Code == "damaged")
        {
            File.Delete(part); // what is in it would be wrong again
            throw;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MusterException(0, "not_written", $"{path} cannot be written ({error.Message.TrimEnd('.')}).", null, error);
        }
    }

    /// <summary>Into a stream, in order. When this throws, a part may have been written.</summary>
    public async Task<long> DownloadAsync(string sha256, Stream target, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        using var hash = new StreamHash();
        return await Download(sha256, progress).RunAsync(target.WriteAsync, hash, cancellationToken);
    }

    /// <summary>Opens a part of an artifact, from a place on; nothing is checked, and a broken connection is the reader's own matter.</summary>
    /// <param name="count">Null: to its end.</param>
    public async Task<Stream> OpenAsync(string sha256, long from = 0, long? count = null, CancellationToken cancellationToken = default)
    {
        var answer = await _transport.RawAsync(
            () => new HttpRequestMessage(HttpMethod.Get, Address(sha256))
            {
                Headers = { Range = new System.Net.Http.Headers.RangeHeaderValue(from, count is null ? null : from + Math.Max(1, count.Value) - 1) },
            },
            cancellationToken);
        return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStreamAsync(cancellationToken) : throw await _transport.RefusalAsync(answer, cancellationToken);
    }

    /// <summary>Whether the signed-in user may read it, and how long it is.</summary>
    /// <returns>Null when there is none, or it is another's.</returns>
    public async Task<ArtifactInfo?> FindAsync(string sha256, CancellationToken cancellationToken = default)
    {
        using var answer = await _transport.RawAsync(() => new HttpRequestMessage(HttpMethod.Head, Address(sha256)), cancellationToken);
        return answer.IsSuccessStatusCode ? new ArtifactInfo(sha256, answer.Content.Headers.ContentLength ?? 0)
            : answer.StatusCode == System.Net.HttpStatusCode.NotFound ? null
            : throw await _transport.RefusalAsync(answer, cancellationToken);
    }

    private ResumableDownload Download(string sha256, IProgress<long>? progress) =>
        new(_door, Address(sha256), ContentHash.TryParse(sha256, out var hash) ? hash : throw NoHash(sha256), long.MaxValue, progress);

    private Uri Address(string sha256) =>
        ContentHash.TryParse(sha256, out var hash) ? _transport.Address($"api/v1/artifacts/{hash}") : throw NoHash(sha256);

    private static MusterException NoHash(string text) => new(0, "invalid", $"\"{text}\" is no artifact: expected 64 hexadecimal digits.");

    private static FileStream OpenFile(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MusterException(0, "unreadable", $"{path} cannot be read ({error.Message.TrimEnd('.')}).", null, error);
        }
    }
}
