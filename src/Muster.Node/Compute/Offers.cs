using Microsoft.Extensions.Logging;
using Muster.Node.Compute.Owner;
using Muster.Node.Machine;
using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute;

/// <summary>What this node offers to the pool now: what its owner gives, and what really works here.</summary>
internal sealed partial class Offers(ComputeOptions options, Room room, OwnerRules rules, Gpus gpus, IReadOnlyList<ITaskSandbox> sandboxes, string folder, ILogger logger)
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(10);
    private readonly Dictionary<string, string> _missing = new(StringComparer.Ordinal);
    private readonly Lazy<long> _disk = new(() => options.DiskBytes ?? new DriveInfo(folder).AvailableFreeSpace / 2);
    private NodeOffer _base = new();

    /// <summary>Tries what can be tried soon; before the first link. What waits for a container engine is added by <see cref="KeepTrueAsync"/>.</summary>
    public async Task PrepareAsync(CancellationToken cancel)
    {
        if (options.Enabled)
        {
            Volatile.Write(ref _base, await MakeAsync(sandboxes.Where(sandbox => sandbox.Level < IsolationLevel.Container), cancel));
        }
    }

    /// <summary>Asks all sandboxes again and again: an engine may start and stop at any time. Ends with the token.</summary>
    /// <param name="changed">Called when something else is offered than before.</param>
    public async Task KeepTrueAsync(Action changed, TimeProvider time, CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(_every, time);
        try
        {
            do
            {
                if (options.Enabled && await MakeAsync(sandboxes, cancel) is var offer && !offer.Equals(_base))
                {
                    Volatile.Write(ref _base, offer);
                    changed();
                }
            }
            while (await timer.WaitForNextTickAsync(cancel));
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // the node stops
        }
    }

    public NodeOffer Now(IEnumerable<ReadOnlyMemory<byte>> cached)
    {
        var offer = Volatile.Read(ref _base).Clone();
        offer.Closed = rules.Closed ?? "";
        offer.Cached.Add(cached.Select(hash => Google.Protobuf.ByteString.CopyFrom(hash.Span)));
        return offer;
    }

    private async Task<NodeOffer> MakeAsync(IEnumerable<ITaskSandbox> tried, CancellationToken cancel)
    {
        var offer = new NodeOffer
        {
            Slots = (uint)options.Slots,
            Cpus = room.Cpus,
            MemoryBytes = (ulong)room.MemoryBytes,
            DiskBytes = (ulong)_disk.Value,
            Location = options.Location,
            MinPrice = options.PriceFactor,
            Isolation = "none",
            KeepsReady = true,
        };
        offer.Labels.Add(options.Labels.ToDictionary());
        offer.Runtimes.Add("agent");
        foreach (var sandbox in tried.OrderBy(sandbox => sandbox.Level))
        {
            await AddAsync(offer, sandbox, cancel);
        }

        // Only an engine hands a GPU to a task: other sandboxes hide its device.
        if (offer.Runtimes.Contains("container") && gpus.Known.Where(gpu => gpu.ForContainers).ToList() is { Count: > 0 } given)
        {
            (offer.Gpus, offer.GpuName, offer.GpuMemoryBytes) = ((uint)given.Count, given[0].Name, (ulong)given.Min(gpu => gpu.MemoryTotal));
        }

        return offer;
    }

    private async Task AddAsync(NodeOffer offer, ITaskSandbox sandbox, CancellationToken cancel)
    {
        var status = await sandbox.CheckAsync(cancel);
        var level = sandbox.Level.ToString().ToLowerInvariant();
        offer.Engine = status.Engine?.ToString() ?? offer.Engine;
        if (!status.Works)
        {
            if (_missing.GetValueOrDefault(level) != status.Sentence)
            {
                _missing[level] = status.Sentence;
                // Most machines have no engine and miss nothing by it.
                LogMissing(logger, sandbox.Level == IsolationLevel.Container ? LogLevel.Information : LogLevel.Warning, level, status.Sentence);
            }

            return;
        }

        _missing.Remove(level);
        if (sandbox.Level == IsolationLevel.None)
        {
            // A way of its own: what it can must not be taken for something that sandboxed tasks have here.
            offer.NoSandbox = true;
            return;
        }

        offer.Isolation = level;
        var runtime = sandbox.Level == IsolationLevel.Container ? "container" : "process";
        if (!offer.Runtimes.Contains(runtime))
        {
            offer.Runtimes.Add(runtime);
        }

        offer.OpenNetwork = options.OpenNetwork;
        offer.Network |= options.Network && (await sandbox.CheckEgressAsync(cancel)).Works;
    }

    [LoggerMessage(Message = "Tasks of isolation {Isolation} are not offered: {Why}")]
    private static partial void LogMissing(ILogger logger, LogLevel level, string isolation, string why);
}
