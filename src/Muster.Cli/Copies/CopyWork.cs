using System.Security.Cryptography;
using Muster.Client;
using Muster.Client.Copies;

namespace Muster.Cli.Copies;

/// <summary>The three ways that a file can go.</summary>
internal sealed class CopyWork(CommandContext context, MusterClient client, bool force, CopyProgress progress)
{
    /// <returns>How the copy ended, and where the file is.</returns>
    public async Task<(CopyInfo Copy, string Place)> SendAsync(string file, CopyPlace to, CancellationToken cancellationToken)
    {
        var size = new FileInfo(file).Length;
        var mode = LocalFile.Mode(file);
        var artifact = await client.Artifacts.UploadAsync(file, progress.Of("uploading", size), cancellationToken);
        var copy = await client.Copies.RunAsync(CopySource.Artifact(artifact.Sha256, Path.GetFileName(file), mode), to, force, progress, cancellationToken);
        return (copy, copy.To!);
    }

    public async Task<(CopyInfo Copy, string Place)> FetchAsync(CopySource from, string file, CancellationToken cancellationToken)
    {
        var copy = await client.Copies.RunAsync(from, null, overwrite: false, progress, cancellationToken);
        var temporary = Path.Combine(Path.GetDirectoryName(file)!, $".muster-{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp");
        try
        {
            LocalFile.Prepare(temporary + ".part", copy.Mode);
            await client.Artifacts.DownloadAsync(copy.Sha256!, temporary, progress.Of("downloading", copy.Total), cancellationToken);
            LocalFile.SetMode(temporary, copy.Mode);
            File.Move(temporary, file, force);
        }
        finally
        {
            File.Delete(temporary);
            File.Delete(temporary + ".part");
        }

        return (copy, Path.GetRelativePath(context.Surroundings.Directory, file));
    }

    public async Task<(CopyInfo Copy, string Place)> BetweenAsync(CopySource from, CopyPlace to, CancellationToken cancellationToken)
    {
        var copy = await client.Copies.RunAsync(from, to, force, progress, cancellationToken);
        return (copy, copy.To!);
    }
}
