using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Loop;

/// <summary>What all parts of one run share.</summary>
internal sealed class RunScope(AgentOptions options, AgentState state, MessageQueues queues, Listeners listeners, RunJournal journal)
{
    private readonly List<AgentMessage> _added = [];

    public AgentOptions Options { get; private set; } = options;
    public ToolIndex Tools { get; private set; } = new(options.Tools);
    public AgentState State { get; } = state;
    public MessageQueues Queues { get; } = queues;
    public RunJournal Journal { get; } = journal;
    public RunSignals Signals { get; } = new();

    /// <summary>What this run added, oldest first.</summary>
    public IReadOnlyList<AgentMessage> Added => _added;

    public DateTimeOffset Now => Options.Time.GetUtcNow();

    public ValueTask EmitAsync(AgentEvent agentEvent) => listeners.EmitAsync(agentEvent, Signals.Abort);

    public void Use(AgentOptions changed)
    {
        Tools = ReferenceEquals(changed.Tools, Options.Tools) ? Tools : new ToolIndex(changed.Tools);
        Options = changed;
    }

    /// <summary>For messages that the journal and the context hold already.</summary>
    public void CountAsAdded(params IReadOnlyList<AgentMessage> messages) => _added.AddRange(messages);

    /// <summary>Journals the messages together, then shows them one by one.</summary>
    public async ValueTask AddAsync(params IReadOnlyList<AgentMessage> messages)
    {
        await RecordAsync(messages);
        foreach (var message in messages)
        {
            await ShowAsync(message);
        }
    }

    public async ValueTask RecordAsync(params IReadOnlyList<AgentMessage> messages)
    {
        await Journal.AppendAsync([.. messages.Select(message => new JournalRecord.MessageAdded(message))]);
        State.Add(messages);
        _added.AddRange(messages);
    }

    public async ValueTask ShowAsync(AgentMessage message)
    {
        await EmitAsync(new AgentEvent.MessageStart(message));
        await EmitAsync(new AgentEvent.MessageEnd(message));
    }

    /// <summary>Takes a failed answer out again; the journal keeps it.</summary>
    public void Forget(AssistantMessage failed)
    {
        State.Remove(failed);
        _added.RemoveAll(message => ReferenceEquals(message, failed));
    }

    public AssistantMessage Failure(string error) => new()
    {
        Id = State.NewMessageId(),
        At = Now,
        Model = Options.ModelName,
        StopReason = Signals.Aborted ? StopReason.Aborted : StopReason.Error,
        ErrorMessage = error,
        Failure = Signals.Aborted ? null : new ModelFailure(ModelFailureKind.Invalid),
    };
}
