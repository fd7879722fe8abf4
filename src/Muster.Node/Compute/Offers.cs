using Microsoft.Extensions.Logging;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>What this node offers to the pool now: what its owner gives, and what really works here.</summary>
internal sealed partial class Offers(ComputeOptions options, IReadOnlyList<ITaskSandbox> sandboxes, string folder, ILogger logger)
{
    private NodeOffer _base = new();

    /// <summary>Tries what can be tried; before the first link.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        if (!options.Enabled)
        {
            return;
        }

        var offer = new NodeOffer
        {
            Slots = (uint)options.Slots,
            Cpus = options.Cpus ?? Environment.ProcessorCount,
            MemoryBytes = (ulong)(options.MemoryBytes ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3),
            DiskBytes = (ulong)(options.DiskBytes ?? new DriveInfo(folder).AvailableFreeSpace / 2),
            Location = options.Location,
            MinPrice = options.PriceFactor,
            Isolation = "none",
        };
        offer.Labels.Add(options.Labels.ToDictionary());
        offer.Runtimes.Add("agent");
        foreach (var sandbox in sandboxes.OrderBy(sandbox => sandbox.Level))
        {
            await AddAsync(offer, sandbox, cancel);
        }

        Volatile.Write(ref _base, offer);
    }

    public NodeOffer Now(IEnumerable<ReadOnlyMemory<byte>> cached)
    {
        var offer = Volatile.Read(ref _base).Clone();
        offer.Cached.Add(cached.Select(hash => Google.Protobuf.ByteString.CopyFrom(hash.Span)));
        return offer;
    }

    private async Task AddAsync(NodeOffer offer, ITaskSandbox sandbox, CancellationToken cancel)
    {
        var status = await sandbox.CheckAsync(cancel);
        var level = sandbox.Level.ToString().ToLowerInvariant();
        if (!status.Works)
        {
            LogMissing(logger, level, status.Sentence);
            return;
        }

        offer.Isolation = level;
        var runtime = sandbox.Level == IsolationLevel.Container ? "container" : "process";
        if (!offer.Runtimes.Contains(runtime))
        {
            offer.Runtimes.Add(runtime);
        }

        offer.Network |= options.Network && (await sandbox.CheckEgressAsync(cancel)).Works;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Tasks of isolation {Level} are not offered: {Why}")]
    private static partial void LogMissing(ILogger logger, string level, string why);
}
