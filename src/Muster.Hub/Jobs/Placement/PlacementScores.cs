using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Placement;

/// <summary>How good a node is for a task in one respect, from 0 to 1.</summary>
internal interface IPlacementScore
{
    string Name { get; }

    double Weight { get; }

    double Of(PoolNode node, NeedsClass needs, PoolStep step);
}

internal static class PlacementScores
{
    public static IReadOnlyList<IPlacementScore> All { get; } = [new ModelScore(), new LoadScore(), new SpeedScore(), new DataScore(), new RoomScore(), new PriceScore()];

    public static double Sum(PoolNode node, NeedsClass needs, PoolStep step)
    {
        var sum = 0.0;
        foreach (var score in All)
        {
            sum += score.Weight * score.Of(node, needs, step);
        }

        return sum;
    }
}

/// <summary>An agent that needs a model goes to a machine that has one, while there is one with room.</summary>
internal sealed class ModelScore : IPlacementScore
{
    public string Name => "model";

    public double Weight => 20;

    public double Of(PoolNode node, NeedsClass needs, PoolStep step) => step.NeedsModel && node.Terms.HasModel ? 1 : 0;
}

/// <summary>What else the machine is busy with.</summary>
internal sealed class LoadScore : IPlacementScore
{
    public string Name => "load";

    public double Weight => 2;

    public double Of(PoolNode node, NeedsClass needs, PoolStep step) => 1 - node.Terms.Load;
}

/// <summary>Measured speed; where a GPU is asked for, the GPU's.</summary>
internal sealed class SpeedScore : IPlacementScore
{
    private const double Fast = 4000;

    public string Name => "speed";

    public double Weight => 1;

    public double Of(PoolNode node, NeedsClass needs, PoolStep step) =>
        Math.Min(1, (needs.Needs.Gpu > 0 ? node.Terms.GpuScore : node.Terms.CpuScore) / Fast);
}

/// <summary>Share of the input bytes that are there already.</summary>
internal sealed class DataScore : IPlacementScore
{
    public string Name => "data";

    public double Weight => 3;

    public double Of(PoolNode node, NeedsClass needs, PoolStep step)
    {
        var data = step.Data;
        if (data.Count == 0 || node.Data.Count == 0)
        {
            return 0;
        }

        var (there, all) = (0L, 0L);
        foreach (var (hash, size) in data)
        {
            all += size;
            there += node.Data.Contains(hash) ? size : 0;
        }

        return all == 0 ? 0 : there / (double)all;
    }
}

/// <summary>Spread: the emptiest node. Pack: the fullest that still has room.</summary>
internal sealed class RoomScore : IPlacementScore
{
    public string Name => "room";

    public double Weight => 2;

    public double Of(PoolNode node, NeedsClass needs, PoolStep step)
    {
        var slots = node.SlotsUsed / (double)Math.Max(1, node.Terms.Slots);
        var full = node.Terms.FunctionsOnly ? slots : Math.Max(slots, Math.Max(node.CpusUsed / Math.Max(node.Terms.Cpus, 0.01), node.MemoryUsed / (double)Math.Max(1, node.Terms.MemoryBytes)));
        return needs.Pack ? full : 1 - full;
    }
}

internal sealed class PriceScore : IPlacementScore
{
    public string Name => "price";

    public double Weight => 1;

    public double Of(PoolNode node, NeedsClass needs, PoolStep step) => node.Terms.Owner == needs.Owner.Id ? 1 : 1 / (1 + (node.Terms.Price / 1000.0));
}
