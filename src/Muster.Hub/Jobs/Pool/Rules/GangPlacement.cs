using Muster.Hub.Jobs.Placement;

namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>All members of a gang at once, each on a node of its own, or none of them.</summary>
internal static class GangPlacement
{
    public static void Place(PoolTurn turn, NeedsClass needs, PoolStep step)
    {
        var nodes = turn.State.Free.FromCursor()
            .Where(node => PlacementFilters.Meets(node, needs) && node.Fits(needs.Needs))
            .Take(step.Count)
            .ToList();
        if (nodes.Count < step.Count || (step.NextAgain is not null && !GangRules.IsReady(step, turn.Now)))
        {
            needs.Stuck = true;
            return;
        }

        for (var rank = 0; rank < step.Count; rank++)
        {
            var index = step.First + rank;
            var task = step.Job.Live.GetValueOrDefault(index) ?? Dispatcher.Fresh(turn, step);
            while (step.NextAgain is { } waiting && waiting.Index <= index)
            {
                step.TakeAgain();
            }

            TaskRules.Lease(turn, task, nodes[rank]).Rank = rank;
        }
    }
}
