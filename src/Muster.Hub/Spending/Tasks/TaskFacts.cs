using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;

namespace Muster.Hub.Spending.Tasks;

/// <summary>What the pool knows of an attempt whose agent is to call a model.</summary>
/// <param name="IsPaused">It was said to wait for a person.</param>
internal sealed record TaskFacts(Spender By, Id<User> User, bool IsPaused)
{
    /// <summary>Null for one that does not run there.</summary>
    public static TaskFacts? Of(PoolState state, NodeSnapshot node, AttemptName name)
    {
        if (state.Jobs.GetValueOrDefault(name.Job)?.Live.GetValueOrDefault(name.Task)?.Find(name.Attempt) is not { Current: true, State: AttemptState.Leased or AttemptState.Running or AttemptState.Frozen } attempt
            || attempt.Node.Id != node.Id)
        {
            return null;
        }

        var (task, job) = (attempt.Task, attempt.Task.Job);
        var own = node.Owner == job.Owner.Id;
        var held = task.MostModelMicro is not null && (own ? task.Step.Plan.ModelsHeld : job.HoldMicro > 0);
        return new TaskFacts(
            new Spender(TaskSpending.SpenderOf(job.Id.ToString(), name), SpendingScopes.Of(job.Plan.CountsFor))
            {
                Task = new SpendingTask(TaskIds.Of(job.Id, name.Task).ToString(), job.Id.ToString(), $"{task.Step.Plan.Id} ({job.Plan.Name})", task.MostModelMicro, held ? job.HoldKey : null),
                Waits = job.Plan.Fleet is null, // an answer of many machines has its time
            },
            job.Owner.Id, attempt.State == AttemptState.Frozen && !job.Paused);
    }
}
