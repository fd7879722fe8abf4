using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Probes;

namespace Muster.Hub.Jobs.Placement;

internal sealed class PermissionFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        node.Terms.Owner == needs.Owner.Id || needs.Owner.Id == ProbePlan.Owner ? null // who is asked what the hub knows was chosen before
        : needs.Key.Runtime == TaskRuntime.Function ? "function tasks run only in their user's own programs"
        : needs.Key.Isolation == TaskIsolation.None ? "it is not yours, and isolation none is for machines of your own"
        : node.Terms.Users is { } users && !users.Contains(needs.Owner.Id) ? "its owner has not let you run tasks there"
        : null;
}

internal sealed class NamedNodeFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        needs.Key.Node is { } name && !string.Equals(name, node.Terms.Name, StringComparison.OrdinalIgnoreCase) ? $"the task asks for {name}" : null;
}

internal sealed class TrustFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        node.Trust == TrustLevel.Suspended ? "it is suspended"
        : node.Terms.Owner != needs.Owner.Id && node.Trust < needs.Key.Trust ? $"its trust is {Word(node.Trust)}, and {Word(needs.Key.Trust)} is asked for"
        : null;

    private static string Word(TrustLevel level) => level.ToString().ToLowerInvariant();
}

internal sealed class PriceFilter : IPlacementFilter
{
    public string? Refuse(PoolNode node, NeedsClass needs) =>
        needs.Key.MaxPrice > 0 && node.Terms.Price > needs.Key.MaxPrice
            ? $"it costs {node.Terms.Price / 1000.0:0.###} times the list, and at most {needs.Key.MaxPrice / 1000.0:0.###} is asked for"
            : null;
}
