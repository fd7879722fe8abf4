using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Placement;

/// <summary>
/// The best node with room, or one where a quick task can wait for its turn when none of those compared has room. Compares at most a fixed number, so that a
/// choice costs the same among a thousand nodes as among ten.
/// </summary>
internal static class Chooser
{
    public static PoolNode? Choose(PoolTurn turn, NeedsClass needs, PoolStep step, PoolTask? task)
    {
        PoolNode? best = null;
        var (bestScore, bestFits, seen) = (double.MinValue, false, 0);
        foreach (var node in turn.State.Free.FromCursor())
        {
            if (!PlacementFilters.Meets(node, needs) || !(node.Fits(needs.Needs) is var fits && (fits || (step.Quick && node.FitsAhead(needs.Needs))))
                || (task is not null && Refuse(task, node) is not null))
            {
                continue;
            }

            var score = PlacementScores.Sum(node, needs, step);
            if (fits == bestFits ? score > bestScore : fits)
            {
                (best, bestScore, bestFits) = (node, score, fits);
            }

            if (++seen >= turn.Settings.Candidates)
            {
                break;
            }
        }

        return best;
    }

    /// <summary>Why this one task may not go to a node where others of its kind may.</summary>
    public static string? Refuse(PoolTask task, PoolNode node)
    {
        if (task.Avoid?.Contains(node) == true)
        {
            return "it failed there before";
        }

        if (task.CopiesWanted > 1)
        {
            foreach (var attempt in task.Attempts)
            {
                if (attempt.Current && attempt.Node == node)
                {
                    return "another copy of it runs there";
                }

                // Copies on two machines of one person prove nothing to anybody else.
                if (attempt.Current && attempt.Node.Terms.Owner == node.Terms.Owner && node.Terms.Owner != task.Job.Owner.Id)
                {
                    return "another copy of it runs on a machine of the same owner";
                }
            }
        }

        return null;
    }

    /// <summary>Every node that could ever take it is one on which it failed.</summary>
    public static bool OnlyAvoided(PoolState state, NeedsClass needs, PoolTask task) =>
        state.Nodes.Values.Where(node => node.Online && node.Terms.Closed is null && PlacementFilters.Meets(node, needs)).All(node => task.Avoid!.Contains(node));
}
