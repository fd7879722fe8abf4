using Muster.Agents.Offline;
using Muster.Hub.Fleet;
using Muster.Hub.Fleet.Links;
using Muster.Hub.Fleet.Standing;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>What the hub itself has settled about nodes: drained or not, measured scores, who may run tasks there.</summary>
internal sealed class NodeSettings
{
    /// <summary>Something of this node was settled anew.</summary>
    public event Action<Id<Node>>? Changed;

    public NodeTerms Terms(NodeSnapshot node, NodeOffer offer) => new()
    {
        Name = node.Name,
        Owner = node.Owner,
        Users = node.Runners,
        HasModel = node.Facts.Model is not ("" or OfflineModel.Name),
        Slots = (int)Math.Min(offer.Slots, 10_000),
        Cpus = Finite(offer.Cpus),
        MemoryBytes = (long)Math.Min(offer.MemoryBytes, long.MaxValue / 4),
        DiskBytes = (long)Math.Min(offer.DiskBytes, long.MaxValue / 4),
        Gpus = (int)Math.Min(offer.Gpus, 64),
        GpuName = offer.GpuName,
        GpuMemoryBytes = (long)Math.Min(offer.GpuMemoryBytes, long.MaxValue / 4),
        Runtimes = offer.Runtimes.Select(name => Enum.TryParse<TaskRuntime>(name, ignoreCase: true, out var runtime) ? runtime : (TaskRuntime?)null)
            .OfType<TaskRuntime>().ToHashSet(),
        Isolation = Enum.TryParse<TaskIsolation>(offer.Isolation, ignoreCase: true, out var isolation) ? isolation : TaskIsolation.None,
        NoSandbox = offer.NoSandbox,
        KeepsReady = offer.KeepsReady,
        Labels = offer.Labels.Append(new("os", node.Facts.Os)).Append(new("arch", node.Facts.Architecture)).DistinctBy(label => label.Key).ToDictionary(),
        Location = offer.Location,
        Functions = offer.Functions.ToHashSet(StringComparer.Ordinal),
        PriceFactor = Math.Clamp(offer.MinPrice, 0, 1_000_000),
        Network = offer.Network,
        OpenNetwork = offer.OpenNetwork,
        Load = node.Load,
        CpuScore = node.Standing.CpuScore,
        Closed = node.Standing.Gate switch
        {
            NodeGate.Cordoned => "it is cordoned: muster node cordon --undo lets tasks in again",
            NodeGate.Draining => "it is drained: muster node drain --undo lets tasks in again",
            _ => offer.Closed.Length > 0 ? NodeFactsReader.Cut(offer.Closed) : null,
        },
        FunctionsOnly = offer.Runtimes is ["function"],
    };

    public void Tell(Id<Node> node) => Changed?.Invoke(node);

    private static double Finite(double value) => double.IsFinite(value) ? Math.Clamp(value, 0, 100_000) : 0;
}
