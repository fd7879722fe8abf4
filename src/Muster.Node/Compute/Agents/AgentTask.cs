using Muster.Node.Sandbox.Tasks;
using Muster.Protocol.Wire;

namespace Muster.Node.Compute.Agents;

/// <summary>What an agent is given to do, and what it does that with.</summary>
internal sealed record AgentTask(Work Work, TaskClock Clock, ISandboxOutput Log)
{
    /// <summary>Null for a task that came past the hub.</summary>
    public AttemptRef? Attempt { get; init; }

    public TaskPurse Purse { get; init; } = new(limited: null);

    /// <summary>What it is told while it works; null: nobody can tell it anything.</summary>
    public TaskMessages? Messages { get; init; }

    /// <summary>Those that it is given and hands on; null: there are none.</summary>
    public TaskFiles? Files { get; init; }

    /// <summary>The message of a conversation for which it changes things; null: there is none.</summary>
    public Forward? Request => (Work.Chat?.ConversationId ?? Work.ConversationId, Work.Chat?.MessageId ?? Work.MessageId) is ({ Length: > 0 } conversation, var message)
        ? new Forward { RunId = $"{Work.JobId}.{Work.Step}.{Attempt?.Task}.{Attempt?.Attempt}", ConversationId = conversation, MessageId = message }
        : null;
}
