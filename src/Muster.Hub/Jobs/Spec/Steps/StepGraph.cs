using System.Globalization;
using Muster.Hub.Jobs.Spec.Reading;
using Muster.Agents.Tools;

namespace Muster.Hub.Jobs.Spec.Steps;

/// <summary>Which step waits for which. Inputs from a step imply that it comes first.</summary>
internal sealed class StepGraph(SpecErrors errors)
{
    private const int LongestCycle = 50;
    private readonly Dictionary<string, int> _steps = new(StringComparer.OrdinalIgnoreCase);

    /// <returns>The steps with their references looked up.</returns>
    public IReadOnlyList<StepPlan> Link(IReadOnlyList<StepDraft> drafts)
    {
        foreach (var (index, draft) in drafts.Index())
        {
            if (!_steps.TryAdd(draft.Plan.Id, index))
            {
                errors.Missing(draft.Node, "id", $"Two tasks have the id {SpecErrors.Quote(draft.Plan.Id)}.", "Give each its own; upper and lower case make no difference.");
            }
        }

        var plans = drafts.Select(draft => Link(drafts, draft)).ToList();
        FindCycles(drafts, plans);
        return plans;
    }

    private StepPlan Link(IReadOnlyList<StepDraft> drafts, StepDraft draft)
    {
        var after = new SortedSet<int>();
        foreach (var reference in draft.After)
        {
            if (Find(drafts, reference) is { } step)
            {
                after.Add(step);
            }
        }

        if (draft.From.Count == 0)
        {
            return after.Count == 0 ? draft.Plan : draft.Plan with { After = [.. after] };
        }

        var inputs = draft.Plan.Inputs.ToArray();
        foreach (var (reference, input) in draft.From)
        {
            if (Find(drafts, reference) is { } step)
            {
                after.Add(step);
                inputs[input] = inputs[input] with { FromStep = step };
            }
        }

        return draft.Plan with { After = [.. after], Inputs = inputs };
    }

    private int? Find(IReadOnlyList<StepDraft> drafts, StepReference reference)
    {
        if (_steps.TryGetValue(reference.Id, out var step) && drafts[step].Plan.Id == reference.Id)
        {
            return step;
        }

        // Ids of thousands of tasks are not worth a search of letters.
        var near = _steps.Count <= 1000 ? NearestName.Of(reference.Id, _steps.Keys) : null;
        errors.Add(reference.Node, $"There is no task {SpecErrors.Quote(reference.Id)}.", near is null ? "Write the id of a task of this job." : $"Did you mean {near}?");
        return null;
    }

    /// <summary>Depth first, without recursion: a chain may be ten thousand long.</summary>
    private void FindCycles(IReadOnlyList<StepDraft> drafts, List<StepPlan> plans)
    {
        var (done, onPath) = (new bool[plans.Count], new bool[plans.Count]);
        var path = new Stack<(int Step, int Next)>();
        for (var start = 0; start < plans.Count && !errors.IsFull; start++)
        {
            if (!done[start])
            {
                path.Push((start, 0));
                onPath[start] = true;
            }

            while (path.TryPop(out var at))
            {
                if (at.Next == plans[at.Step].After.Count)
                {
                    (done[at.Step], onPath[at.Step]) = (true, false);
                    continue;
                }

                path.Push((at.Step, at.Next + 1));
                var before = plans[at.Step].After[at.Next];
                if (onPath[before])
                {
                    Report(drafts, [before, .. path.Select(step => step.Step).TakeWhile(step => step != before).Reverse()]);
                }
                else if (!done[before])
                {
                    path.Push((before, 0));
                    onPath[before] = true;
                }
            }
        }
    }

    /// <param name="cycle">Each waits for the one behind it, and the last for the first.</param>
    private void Report(IReadOnlyList<StepDraft> drafts, List<int> cycle)
    {
        var least = cycle.IndexOf(cycle.Min());
        var names = Enumerable.Range(0, cycle.Count + 1).Select(step => drafts[cycle[(least + step) % cycle.Count]].Plan.Id).ToList();
        var shown = names.Count <= LongestCycle ? string.Join(" → ", names)
            : string.Create(CultureInfo.InvariantCulture, $"{string.Join(" → ", names.Take(LongestCycle))} → … ({cycle.Count:N0} in all)");
        errors.Missing(drafts[cycle[least]].Node, "after", $"These tasks wait for each other, so that none can begin: {shown}.", "Take one of them out of an after, or of an input's from.");
    }
}
