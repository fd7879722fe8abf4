using Muster.Hub.Accounts;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Pool.Rules;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Jobs.Steering;

/// <summary>What the agents of attempts are told, as their nodes read it.</summary>
internal sealed class AgentMessages(Database database, People people)
{
    /// <summary>All that was said up to now; empty for a task that is no agent's.</summary>
    public async ValueTask<IReadOnlyList<AttemptMessage>> OfAsync(PoolTask task, CancellationToken cancel)
    {
        if (!SteerRules.HasAgent(task.Step))
        {
            return [];
        }

        var rows = await database.ReadAsync(tx => SteeringStore.For(tx, task.Job.Id.ToString(), task.Index), cancel);
        return [.. rows.Select(row => new AttemptMessage { Id = row.MessageId, Text = row.Text, By = people.Get(row.UserId)?.Username ?? "", Interrupt = row.Interrupt })];
    }

    /// <summary>For an attempt whose node has its lease; null: there is nothing.</summary>
    public async ValueTask<Frame?> FrameAsync(PoolAttempt attempt, CancellationToken cancel) => await OfAsync(attempt.Task, cancel) is { Count: > 0 } messages
        ? new Frame
        {
            AttemptMessages = new AttemptMessages
            {
                Ref = PoolFrames.Ref(new AttemptName(attempt.Task.Job.Number, attempt.Task.Index, attempt.Number)), Messages = { messages },
            },
        }
        : null;
}
