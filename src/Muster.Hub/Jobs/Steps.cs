using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>How far each step of a job is.</summary>
internal static class Steps
{
    public static IReadOnlyList<StepModel> Of(Transaction tx, JobRow job, JobPlan plan)
    {
        var states = PoolStore.States(tx, job.Number);
        var unwritten = Unwritten.Of(tx, job, plan);
        var models = new List<StepModel>(plan.Steps.Count);
        var (first, at) = (0, 0);
        foreach (var step in plan.Steps)
        {
            var counts = new JobCounts();
            var rows = 0;
            for (; at < states.Count && states[at].Index < first + step.Count; at++, rows++)
            {
                counts.Add(states[at].State, 1);
            }

            counts.Add(unwritten[first], step.Count - rows);
            var known = counts.Over + counts.Running + counts.Verifying;
            models.Add(new StepModel(
                step.Id, JobViews.Word(step.Runtime), step.Count, [.. step.After.Select(before => plan.Steps[before].Id)],
                new TaskCounts(step.Count - known, counts.Running, counts.Verifying, counts.Succeeded, counts.Failed, counts.Cancelled, counts.Expired, counts.Skipped),
                plan.Background is null ? step.Objective : null));
            first += step.Count;
        }

        return models;
    }
}
