using Google.Protobuf;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Pool.Rules;
using Muster.Hub.Jobs.Steering;
using Muster.Protocol.Wire;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>Tells nodes what they have got and what they are to stop. Nothing of it is kept: the pool's state says it again after a reconnect.</summary>
internal sealed class LeaseSender(NodeDirectory nodes, PayloadCache payloads, EarlierResults earlier, AgentMessages messages)
{
    private const int MostBytes = 48 * 1024;

    public async Task SendAsync(long epoch, PoolEffects effects, CancellationToken cancel)
    {
        foreach (var node in effects.Leases.Where(attempt => attempt.State.IsOpen()).GroupBy(attempt => attempt.Node))
        {
            foreach (var adopted in node.Where(attempt => attempt.Task.Job.Plan.Background is not null))
            {
                nodes.SendOrCut(node.Key.Id, new Frame
                {
                    BackgroundAdopted = new BackgroundAdopted { JobId = adopted.Task.Job.Id.ToString(), Ref = PoolFrames.Ref(new AttemptName(adopted.Task.Job.Number, adopted.Task.Index, adopted.Number)) },
                });
            }

            await SendAsync(epoch, node.Key, node, cancel);
        }

        foreach (var attempt in effects.Told.Where(attempt => nodes.Find(attempt.Node.Id) is { TakesSteering: true } node && node.MayRun(attempt.Task.Job.Owner.Id)))
        {
            if (await messages.FrameAsync(attempt, cancel) is { } frame)
            {
                nodes.SendOrCut(attempt.Node.Id, frame);
            }
        }

        foreach (var node in effects.Cuts)
        {
            nodes.Cut(node, "The machine was not heard of for as long as a lease lasts.");
        }

        foreach (var order in effects.Controls)
        {
            nodes.SendOrCut(order.Node, new Frame
            {
                AttemptControl = new AttemptControl { Ref = PoolFrames.Ref(order.Attempt), Action = order.Action, Reason = order.Reason },
            });
        }
    }

    private async Task SendAsync(long epoch, PoolNode node, IEnumerable<PoolAttempt> attempts, CancellationToken cancel)
    {
        var (batch, works, bytes) = (new LeaseBatch { PoolEpoch = (ulong)epoch }, new Dictionary<PoolStep, uint>(), 0);
        foreach (var attempt in attempts.Where(attempt => attempt.Task.Job.Plan.Background is null))
        {
            var task = attempt.Task;
            if (bytes > MostBytes)
            {
                nodes.SendOrCut(node.Id, new Frame { Leases = batch });
                (batch, works, bytes) = (new LeaseBatch { PoolEpoch = (ulong)epoch }, [], 0);
            }

            if (!works.TryGetValue(task.Step, out var work))
            {
                works[task.Step] = work = (uint)batch.Works.Count;
                var made = Works.Of(task.Step, node);
                made.Asked = (uint)made.Objective.Length;
                made.Objective += await earlier.OfAsync(task, cancel);
                batch.Works.Add(made);
                bytes += made.CalculateSize();
            }

            var payload = task.Step.Plan.Runtime == TaskRuntime.Function ? await payloads.GetAsync(task.Job.Number, task.Index, cancel) : default;
            var lease = Lease(attempt, work, payload);
            lease.Messages.Add(await messages.OfAsync(task, cancel));
            batch.Leases.Add(lease);
            bytes += payload.Length + 40 + lease.Messages.Sum(message => message.CalculateSize());
        }

        if (batch.Leases.Count > 0)
        {
            nodes.SendOrCut(node.Id, new Frame { Leases = batch });
        }
    }

    private static Lease Lease(PoolAttempt attempt, uint work, ReadOnlyMemory<byte> payload)
    {
        var task = attempt.Task;
        var lease = new Lease
        {
            Ref = PoolFrames.Ref(new AttemptName(task.Job.Number, task.Index, attempt.Number)), Work = work,
            Index = (ulong)(task.Step.Plan.FirstIndex + task.Index - task.Step.First), Payload = UnsafeByteOperations.UnsafeWrap(payload), Rank = (uint)attempt.Rank,
        };
        if (task.Step.Plan.Gang)
        {
            lease.Hosts.Add(GangRules.Members(task.Step).OrderBy(member => member.Index).Select(member => member.Attempts[^1].Node.Terms.Name));
        }

        return lease;
    }
}
