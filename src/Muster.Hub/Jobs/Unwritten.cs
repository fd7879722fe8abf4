using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>What tasks are of which nothing was ever written: they wait, or what they waited for went wrong, or their job ended before them.</summary>
internal sealed class Unwritten
{
    private readonly TaskState _others;
    private readonly IReadOnlyList<(int First, int End)> _skipped;
    private readonly IReadOnlyList<(int First, int End)> _blocked;

    private Unwritten(TaskState others, IReadOnlyList<(int First, int End)> skipped, IReadOnlyList<(int First, int End)> blocked) =>
        (_others, _skipped, _blocked) = (others, skipped, blocked);

    public static Unwritten Of(Transaction tx, JobRow job, JobPlan plan)
    {
        var others = job.State switch
        {
            JobState.Cancelled => TaskState.Cancelled,
            JobState.Expired => TaskState.Expired,
            JobState.Succeeded or JobState.Failed => TaskState.Skipped,
            _ => TaskState.Ready,
        };
        return new Unwritten(
            others, job.Counts.Skipped == 0 || others == TaskState.Skipped ? [] : [.. Skipped(tx, job, plan)], others == TaskState.Ready ? [.. Blocked(tx, job, plan)] : []);
    }

    public TaskState this[int index] => Holds(_skipped, index) ? TaskState.Skipped : Holds(_blocked, index) ? TaskState.Blocked : _others;

    private static bool Holds(IReadOnlyList<(int First, int End)> steps, int index) => steps.Any(step => index >= step.First && index < step.End);

    /// <summary>Steps behind one of which not every task has succeeded yet.</summary>
    private static IEnumerable<(int First, int End)> Blocked(Transaction tx, JobRow job, JobPlan plan)
    {
        var first = 0;
        var (done, awaited) = (new bool[plan.Steps.Count], plan.Steps.SelectMany(step => step.After).ToHashSet());
        for (var step = 0; step < plan.Steps.Count; step++)
        {
            var end = first + plan.Steps[step].Count;
            if (plan.Steps[step].After.Any(before => !done[before]))
            {
                yield return (first, end);
            }
            else if (awaited.Contains(step))
            {
                done[step] = job.Counts.Succeeded >= plan.Steps[step].Count && PoolStore.CountSucceeded(tx, job.Number, first, end) == plan.Steps[step].Count;
            }

            first = end;
        }
    }

    /// <summary>Steps behind one of which a task ended and not well. Whoever cancels a whole job skips nothing by it.</summary>
    private static IEnumerable<(int First, int End)> Skipped(Transaction tx, JobRow job, JobPlan plan)
    {
        var bad = PoolStore.States(tx, job.Number)
            .Where(task => task.State == TaskState.Failed || (task.State is TaskState.Cancelled or TaskState.Expired && !job.State.IsFinal()))
            .Select(task => task.Index).ToList();
        var (first, at) = (0, 0);
        var wrong = new bool[plan.Steps.Count];
        for (var step = 0; step < plan.Steps.Count; step++)
        {
            var end = first + plan.Steps[step].Count;
            while (at < bad.Count && bad[at] < end)
            {
                wrong[step] = true;
                at++;
            }

            if (plan.Steps[step].After.Any(before => wrong[before]))
            {
                wrong[step] = true;
                yield return (first, end);
            }

            first = end;
        }
    }
}
