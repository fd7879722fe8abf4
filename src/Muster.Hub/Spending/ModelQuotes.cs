using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Protocol.Ids;

namespace Muster.Hub.Spending;

/// <summary>What is to be set aside for the models of a job's agents: nothing for what only the submitter's own machines can do.</summary>
internal sealed class ModelQuotes(NodeDirectory nodes)
{
    public long Of(Id<User> user, JobPlan plan)
    {
        if (!plan.Steps.Any(step => step.MaxModelMicro > 0))
        {
            return 0;
        }

        var others = nodes.All.Where(node => node.Owner != user).ToList();
        return PoolBooks.QuoteModels(plan with { Steps = [.. plan.Steps.Where(step => others.Exists(node => step.Needs.Node is not { } named || Is(node, named)))] });
    }

    private static bool Is(NodeSnapshot node, string named) => node.Name.Equals(named, StringComparison.OrdinalIgnoreCase) || node.Id.ToString() == named;
}
