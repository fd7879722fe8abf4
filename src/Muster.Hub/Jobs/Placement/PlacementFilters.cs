using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Placement;

/// <summary>One reason why a node can never take a kind of task as it is now, load aside.</summary>
internal interface IPlacementFilter
{
    /// <summary>A sentence that says why not; null: it can.</summary>
    string? Refuse(PoolNode node, NeedsClass needs);
}

internal static class PlacementFilters
{
    /// <summary>In the order in which a person would ask.</summary>
    public static IReadOnlyList<IPlacementFilter> All { get; } =
    [
        new PermissionFilter(), new NamedNodeFilter(), new TrustFilter(), new RuntimeFilter(), new IsolationFilter(), new NetworkFilter(),
        new SizeFilter(), new GpuFilter(), new LabelFilter(), new LocationFilter(), new ScoreFilter(), new PriceFilter(),
    ];

    /// <summary>Whether the node could take this kind of task if it were idle; remembered until the node changes.</summary>
    public static bool Meets(PoolNode node, NeedsClass needs)
    {
        if (!node.Meets.TryGetValue(needs.Number, out var meets))
        {
            node.Meets[needs.Number] = meets = FirstRefusal(node, needs) is null;
        }

        return meets;
    }

    public static string? FirstRefusal(PoolNode node, NeedsClass needs)
    {
        foreach (var filter in All)
        {
            if (filter.Refuse(node, needs) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }
}
