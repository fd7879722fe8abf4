using Microsoft.Extensions.Logging;
using Muster.Node.Artifacts.Cache;
using Muster.Node.Link;
using Muster.Storage;

namespace Muster.Node.Artifacts;

/// <summary>All that a node does with files for others: inputs, outputs, logs, and the cache between them.</summary>
public sealed class NodeArtifacts : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(10);

    private NodeArtifacts(TransferToken token, HubTransfers hub, ArtifactCache cache)
    {
        (Token, Hub, Cache) = (token, hub, cache);
        Inputs = new InputFetcher(hub, cache);
        Outputs = new OutputCollector(hub);
        Logs = new LogKeeper(Outputs);
    }

    /// <summary>For the link to set.</summary>
    public TransferToken Token { get; }

    public HubTransfers Hub { get; }

    public ArtifactCache Cache { get; }

    public InputFetcher Inputs { get; }

    public OutputCollector Outputs { get; }

    public LogKeeper Logs { get; }

    /// <param name="patience">How long the hub may be away before a transfer fails.</param>
    public static async Task<NodeArtifacts> OpenAsync(
        NodeIdentity identity, Database database, ArtifactCacheOptions options, TimeProvider time, ILogger logger, TimeSpan? patience = null)
    {
        var token = new TransferToken();
        var cache = await ArtifactCache.OpenAsync(options, database, time, logger, CancellationToken.None);
        return new NodeArtifacts(token, new HubTransfers(identity, token, time, patience ?? _patience), cache);
    }

    public void Dispose()
    {
        Hub.Dispose();
        Cache.Dispose();
    }
}
