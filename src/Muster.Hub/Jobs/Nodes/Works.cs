using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Wire;

namespace Muster.Hub.Jobs.Nodes;

/// <summary>A step as a node is told of it.</summary>
internal static class Works
{
    public static Work Of(PoolStep step, PoolNode node)
    {
        var (plan, needs) = (step.Plan, step.Plan.Needs);
        var work = new Work
        {
            JobId = step.Job.Id.ToString(), JobName = step.Job.Plan.Name, Step = plan.Id, Runtime = plan.Runtime.ToString().ToLowerInvariant(),
            Isolation = needs.Isolation.ToString().ToLowerInvariant(), HasInputs = plan.Inputs.Count > 0, Cpu = needs.Cpu, MemoryBytes = (ulong)needs.MemoryBytes,
            DiskBytes = (ulong)needs.DiskBytes, Gpu = (uint)needs.Gpu, TimeoutSeconds = plan.TimeoutSeconds, Image = plan.Image ?? "", Pull = plan.Pull,
            Function = plan.Function ?? "", Objective = plan.Objective ?? "", UserId = step.Job.Plan.Probe?.AsUser ?? step.Job.Owner.Id.ToString(), Owner = node.Terms.Owner == step.Job.Owner.Id,
            AtMostOnce = plan.AtMostOnce, ArrayCount = (ulong)plan.Count, Entry = plan.Entry ?? "", Package = plan.Package ?? "",
        };
        if (step.Job.Plan.Fleet is { } fleet)
        {
            (work.ConversationId, work.MessageId, work.ApprovedBy) = (fleet.Conversation, fleet.Message, fleet.ApprovedBy);
        }

        if (step.Job.Plan.Chat is { } chat)
        {
            work.Chat = new WorkChat { ConversationId = chat.Conversation, MessageId = chat.Message };
        }

        if (plan.MaxModelMicro is { } most && (work.Owner || step.Job.HoldMicro > 0))
        {
            work.MaxModelMicro = (ulong)most; // on another's machine only what was set aside
        }

        work.Counted = step.Job.Plan is { CountsFor.Count: > 0 } counts && (work.Owner || counts.PaysByCall);

        work.Command.Add(plan.Command);
        work.Environment.Add(plan.Environment.ToDictionary());
        work.Outputs.Add(plan.Outputs);
        work.Network.Add(needs.Network);
        work.Skills.Add(plan.Skills);
        return work;
    }
}
