using Muster.Agents.Offline;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Pool.Rules;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Steering;

/// <summary>A task that is not over and whose agent can be told something, or why it cannot.</summary>
/// <param name="Index">In the job.</param>
/// <param name="Element">Its index as the spec counts its array.</param>
/// <param name="Node">Where it works; null: it has not begun.</param>
/// <param name="Deaf">A sentence; null: it can.</param>
internal sealed record SteeringListener(int Index, string Step, long Element, TaskState State, string? Node, string? Deaf);

/// <summary>Who of a job would hear what is said to it now.</summary>
internal static class SteeringListeners
{
    /// <summary>Looked at of one job.</summary>
    private const int Most = 1_000;

    /// <param name="task">An index; null: all of the job.</param>
    /// <returns>Agents' tasks that are not over, in their order; null: the job is over.</returns>
    public static IReadOnlyList<SteeringListener>? Of(PoolState state, NodeDirectory nodes, Id<Job> id, int? task)
    {
        if (state.Find(id) is not { } job || job.State.IsFinal())
        {
            return null;
        }

        return
        [
            .. job.Steps.Where(step => SteerRules.HasAgent(step) && !step.Skipped)
                .SelectMany(step => Enumerable.Range(step.First, step.Count).Where(index => task is null || index == task).Take(Most).Select(index => Of(nodes, step, index)))
                .OfType<SteeringListener>().Take(Most),
        ];
    }

    private static SteeringListener? Of(NodeDirectory nodes, PoolStep step, int index)
    {
        var element = step.Plan.FirstIndex + index - step.First;
        var deaf = step.Plan.Objective?.StartsWith("$ ", StringComparison.Ordinal) == true ? $"{step.Plan.Id} runs a command line as it stands, which nobody can steer." : null;
        if (step.Job.Live.GetValueOrDefault(index) is not { } task)
        {
            return index >= step.NextFresh && !step.Job.EndedUnleased.Contains(index) ? new SteeringListener(index, step.Plan.Id, element, step.IsOpen ? TaskState.Ready : TaskState.Blocked, null, deaf) : null;
        }

        if (task.State.IsFinal())
        {
            return null;
        }

        var attempt = task.Attempts.LastOrDefault(attempt => attempt is { Current: true } && attempt.State.IsOpen());
        var node = attempt is null ? null : nodes.Find(attempt.Node.Id);
        deaf ??= node is { Facts.Model: "" or OfflineModel.Name } ? $"{node.Name} has no model: its built-in rules take a request as it was made."
            : node is not null && !node.MayRun(step.Job.Owner.Id) ? $"You may not run tasks on {node.Name} any more."
            : node is { Online: true, TakesSteering: false } ? $"The Muster of {node.Name} ({node.Facts.Version}) is too old to be told something while it works: update it there (muster update)."
            : null;
        return new SteeringListener(index, step.Plan.Id, element, task.State, attempt?.NodeName, deaf);
    }

    public static SteeredTask Model(Id<Job> job, SteeringListener listener) =>
        new(TaskIds.Of(job, listener.Index).ToString(), listener.Step, listener.Element, JobViews.Word(listener.State), listener.Node, listener.Deaf);
}
