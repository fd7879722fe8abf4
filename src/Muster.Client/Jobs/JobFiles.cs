using System.Security.Cryptography;
using Muster.Client.Artifacts;

namespace Muster.Client.Jobs;

/// <summary>Bytes of a job's files, to the hub and from it.</summary>
internal sealed class JobFiles(ArtifactClient artifacts)
{
    /// <exception cref="MusterException"><c>unreadable</c>, or the hub does not take it.</exception>
    public async Task<JobFile> UploadAsync(FileInfo file, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var size = file.Length;
        var kept = await artifacts.UploadAsync(file.FullName, progress, cancellationToken);
        return new JobFile(kept.Sha256, size);
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
    public Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken) => artifacts.OpenAsync(sha256, cancellationToken: cancellationToken);

    /// <summary>Into a file, which appears when it is whole and its hash is right.</summary>
    public Task DownloadAsync(string sha256, string path, CancellationToken cancellationToken) => artifacts.DownloadAsync(sha256, path, cancellationToken: cancellationToken);
}
