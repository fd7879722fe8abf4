using System.Collections.Concurrent;
using System.Collections.Frozen;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;

namespace Muster.Hub.Artifacts.Nodes;

/// <summary>Which files belong to an attempt, told only to the node that holds it.</summary>
internal sealed class AttemptFiles(LeaseBook leases)
{
    private const int MostKept = 1024;
    private readonly ConcurrentDictionary<AttemptName, FrozenSet<ContentHash>> _inputs = [];

    public async Task<IReadOnlyList<InputFile>> InputsAsync(Id<Node> node, AttemptName attempt, CancellationToken cancel)
    {
        await CheckAsync(node, attempt, cancel);
        return await leases.Inputs(attempt, cancel);
    }

    /// <summary>Hashes of its inputs, which stay the same for as long as the attempt lasts.</summary>
    public async Task<IReadOnlySet<ContentHash>> HashesAsync(Id<Node> node, AttemptName attempt, CancellationToken cancel)
    {
        await CheckAsync(node, attempt, cancel);
        if (_inputs.TryGetValue(attempt, out var known))
        {
            return known;
        }

        if (_inputs.Count >= MostKept)
        {
            _inputs.Clear(); // they are only asked for again
        }

        return _inputs[attempt] = (await leases.Inputs(attempt, cancel)).Select(file => ContentHash.Parse(file.Sha256)).ToFrozenSet();
    }

    /// <summary>For whom the node uploads.</summary>
    public async ValueTask<ArtifactHolder> HolderAsync(Id<Node> node, AttemptName attempt, CancellationToken cancel)
    {
        await CheckAsync(node, attempt, cancel);
        return ArtifactHolder.Of(attempt);
    }

    private async Task CheckAsync(Id<Node> node, AttemptName attempt, CancellationToken cancel)
    {
        if (!await leases.Holds(node, attempt, cancel))
        {
            throw new ApiException(404, "no_lease", "This machine does not hold this attempt, or not any more.");
        }
    }
}
