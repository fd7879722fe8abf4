using Muster.Agents.Tools;
using Muster.Node.Artifacts;
using Muster.Protocol.Transfers;

namespace Muster.Node.Tools.Files;

/// <summary>The way of a run's files to its user: through the hub, which keeps them as the user's own.</summary>
internal sealed class SentFiles(HubTransfers hub, string run)
{
    /// <param name="moved">Told how many bytes have gone.</param>
    /// <exception cref="ToolException">The hub refuses, or was away for too long.</exception>
    public async Task<ArtifactInfo> BringAsync(Stream file, Action<long> moved, CancellationToken cancel)
    {
        try
        {
            return await new ResumableUpload(hub, hub.Address($"api/v1/node/runs/{run}/files"), UploadSource.Of(file), new Moved(moved)).RunAsync(cancel);
        }
        catch (Exception failure) when (failure is TransferException or UploadSourceException)
        {
            throw new ToolException($"The file did not reach the hub: {failure.Message}");
        }
    }

    /// <summary>Reports at once, where Progress&lt;T&gt; would post to the pool.</summary>
    private sealed class Moved(Action<long> moved) : IProgress<long>
    {
        public void Report(long value) => moved(value);
    }
}
