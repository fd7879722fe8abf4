using Muster.Agents.Offline;
using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;

namespace Muster.Hub.Planning;

/// <summary>Finds another way for steps that failed, once: a model's, else the same on another machine where nobody named one.</summary>
internal sealed class PlanMending(PlanAsker asker, NodeDirectory nodes, PoolLoop pool, TimeProvider time)
{
    /// <summary>Steps of one plan for which another way is looked for.</summary>
    public const int MostFailed = 3;

    private const int LongestStem = 40;

    /// <returns>What is to be done, and what is said of each step that failed.</returns>
    public async Task<(PlanAgain Again, IReadOnlyList<string> Said)> FindAsync(string request, PlanModel plan, IReadOnlyList<StepResult> results, UserRow user, HubPurse purse, bool chinese, CancellationToken abort)
    {
        var mine = nodes.For(user.Key);
        var ids = plan.Subtasks.Select(step => step.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var (ways, steps, said) = (new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal), new List<MendedStep>(), new List<string>());
        foreach (var failed in results.Where(result => result.Failed).Take(MostFailed))
        {
            var step = plan.Subtasks.First(step => step.Id == failed.Id);
            var way = await WayAsync(request, step, failed, results, mine, user, purse, abort);
            var renamed = way.Steps.ToDictionary(found => found.Id, _ => Fresh(step.Id, ids), StringComparer.OrdinalIgnoreCase);
            var handed = results.Where(result => result.Succeeded && step.DependsOn.Contains(result.Id)).ToList();
            steps.AddRange(way.Steps.Select(found => Mended(
                found with { Id = renamed[found.Id], DependsOn = [.. found.DependsOn.Where(renamed.ContainsKey).Select(id => renamed[id])] }, handed)));
            ways[step.Id] = [.. renamed.Values];
            said.Add(PlanTexts.Again(failed, way.Steps, way.Why, chinese) + (purse.Refusal is { } why ? " " + PlanTexts.Unasked(why, chinese) : ""));
        }

        steps.AddRange(Waiting(plan, results, ways));
        return (new PlanAgain(ways.Values.Any(way => way.Count > 0) ? Id<Job>.New(time).ToString() : null, steps, ways), said);
    }

    private async Task<(IReadOnlyList<PlanStepModel> Steps, string Why)> WayAsync(
        string request, PlanStepModel step, StepResult failed, IReadOnlyList<StepResult> results, IReadOnlyList<NodeSnapshot> mine, UserRow user, HubPurse purse, CancellationToken abort)
    {
        var machines = mine.Where(node => node.Dialect == NodeDialect.Muster).Select(node => Turn.Described(node, user.Id)).ToList();
        // What a person named is kept to, whatever way is found.
        var pinned = step is { Placement: "named", Node: { } named } && request.Contains(named, StringComparison.OrdinalIgnoreCase) ? named : null;
        if (asker.IsThere && await asker.AgainAsync(request, step, failed, results, [.. machines.Where(machine => machine.Online).Select(machine => machine.Name)], purse, abort) is { } found)
        {
            return ([.. found.Steps.Select(draft => PlanPlaces.Place(draft, mine, machines, user.Key, user.ActiveNode)).Select(placed => pinned is null ? placed : placed with { Node = pinned })], found.Reasoning);
        }

        return step.Placement is not ("files" or "named") && await ElsewhereAsync(step, failed, mine, user.Key, abort) is { } other ? ([step with { Node = other, DependsOn = [] }], "") : ([], "");
    }

    /// <summary>The least busy other machine that takes such a step now.</summary>
    private async Task<string?> ElsewhereAsync(PlanStepModel step, StepResult failed, IReadOnlyList<NodeSnapshot> mine, Id<User> user, CancellationToken abort)
    {
        var open = await pool.AskAsync(
            (state, _) => state.Nodes.Values.Where(node => node.Terms.Closed is null && node.Terms.Runtimes.Contains(TaskRuntime.Agent)).Select(node => node.Id).ToHashSet(), abort);
        var capability = step.Placement is "web" or "gpio" ? step.Placement : null;
        return mine
            .Where(node => node.Online && node.Dialect == NodeDialect.Muster && node.Name != failed.Node && open.Contains(node.Id) && node.MayRun(user)
                && (capability is null || node.Facts.Capabilities.Contains(capability))
                && (node.Facts.Model is not ("" or OfflineModel.Name) || OfflineModel.CallFor(step.Description) is not null))
            .MinBy(node => (node.Runs, node.Load))?.Name;
    }

    /// <summary>Steps that waited for one that has another way now, and for nothing else that failed.</summary>
    private static IEnumerable<MendedStep> Waiting(PlanModel plan, IReadOnlyList<StepResult> results, Dictionary<string, IReadOnlyList<string>> ways)
    {
        var known = results.ToDictionary(result => result.Id, StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in plan.Subtasks.Where(step => known[step.Id].Waited))
        {
            bool IsThere(string id) => known[id].Succeeded || taken.Contains(id) || ways.GetValueOrDefault(id) is { Count: > 0 };
            if (step.DependsOn.All(IsThere) && taken.Add(step.Id))
            {
                var after = step.DependsOn.SelectMany(id => ways.GetValueOrDefault(id) ?? (taken.Contains(id) ? [id] : []));
                yield return Mended(step with { DependsOn = [.. after] }, [.. step.DependsOn.Select(id => known[id]).Where(result => result.Succeeded)]);
            }
        }
    }

    private static MendedStep Mended(PlanStepModel step, IReadOnlyList<StepResult> handed) => new(
        step.Id, step.Description, step.Skills, step.DependsOn, step.Node, EarlierResults.Told(handed.Select(result => (result.Id, result.Text))), [.. handed.SelectMany(result => result.Files)]);

    private static string Fresh(string id, HashSet<string> taken)
    {
        var stem = id.Length <= LongestStem ? id : id[..LongestStem];
        for (var number = 1; ; number++)
        {
            var fresh = number == 1 ? $"{stem}-again" : $"{stem}-again-{number}";
            if (taken.Add(fresh))
            {
                return fresh;
            }
        }
    }
}
