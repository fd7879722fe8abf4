using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Protocol.Ids;

namespace Muster.Hub.Spending;

/// <summary>Says of which steps the models are to be in a job's hold: not of those that only the submitter's own machines can do.</summary>
internal sealed class ModelQuotes(NodeDirectory nodes)
{
    public JobPlan Held(Id<User> user, JobPlan plan)
    {
        if (!plan.Steps.Any(step => step.MaxModelMicro > 0))
        {
            return plan;
        }

        var others = nodes.All.Where(node => node.Owner != user).ToList();
        return plan with { Steps = [.. plan.Steps.Select(step => step with { ModelsHeld = step.MaxModelMicro > 0 && others.Exists(node => step.Needs.Node is not { } named || Is(node, named)) })] };
    }

    private static bool Is(NodeSnapshot node, string named) => node.Name.Equals(named, StringComparison.OrdinalIgnoreCase) || node.Id.ToString() == named;
}
