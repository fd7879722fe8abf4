using System.Security.Cryptography;
using Muster.Client.Http;

namespace Muster.Client.Jobs;

/// <summary>Bytes of a job's files, to the hub and from it: the one place here that knows how they travel.</summary>
internal sealed class JobFiles(Transport transport)
{
    private const int Piece = 64 << 10;

    /// <exception cref="MusterException"><c>unreadable</c>, or the hub does not take it.</exception>
    public static Task<JobFile> UploadAsync(FileInfo file, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(0);
        throw new MusterException(
            0, "no_files", $"This hub keeps no files yet, so the job cannot take {file.Name} along. Put it where the task runs, or let the task fetch it (needs: {{network: [HOST]}}).");
    }

    /// <summary>What a file is, without sending it.</summary>
    /// <exception cref="MusterException"><c>unreadable</c>.</exception>
    public static async Task<JobFile> DescribeAsync(FileInfo file, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = file.OpenRead();
            return new JobFile(Convert.ToHexStringLower(await SHA256.HashDataAsync(content, cancellationToken)), content.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MusterException(0, "unreadable", $"{file.FullName} cannot be read ({error.Message.TrimEnd('.')}).", null, error);
        }
    }

    /// <summary>The whole content, in order; the reader of it notices a broken connection by an <see cref="IOException"/>.</summary>
    public async Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        var response = await transport.OpenAsync("api/v1/artifacts/" + Uri.EscapeDataString(sha256), 0, cancellationToken);
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }

    /// <summary>Into a file, which appears when it is whole and its hash is right.</summary>
    /// <exception cref="MusterException"><c>damaged</c>, <c>not_written</c>, or the hub's answer.</exception>
    public async Task DownloadAsync(string sha256, string path, CancellationToken cancellationToken)
    {
        var part = path + ".part";
        await using var content = await OpenAsync(sha256, cancellationToken);
        try
        {
            await using (var file = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                await CopyAsync(content, file, sha256, path, cancellationToken);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MusterException(0, "not_written", $"{path} could not be written ({error.Message.TrimEnd('.')}).", null, error);
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static async Task CopyAsync(Stream content, FileStream file, string sha256, string path, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[Piece];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }

        if (!Convert.ToHexStringLower(hash.GetHashAndReset()).Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new MusterException(0, "damaged", $"What came for {path} is not what the task wrote (its hash differs): try again.");
        }
    }
}
