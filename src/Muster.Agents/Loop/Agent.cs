using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>
/// One agent: its context, its queues and at most one run at a time. All methods may be called from any thread.
/// </summary>
public sealed class Agent(AgentOptions options, IReadOnlyList<AgentMessage>? context = null)
{
    public AgentOptions Options { get; } = options;

    /// <summary>The context as it stands; a snapshot.</summary>
    public IReadOnlyList<AgentMessage> Context { get; } = context ?? [];

    public bool IsRunning => throw new NotImplementedException();

    /// <summary>
    /// Runs until nothing is left to do. Listeners are awaited in order of registration; the task ends when the last
    /// listener has seen agent_end. Failures of the model are an outcome, not an exception.
    /// </summary>
    /// <exception cref="InvalidOperationException">A run is going on.</exception>
    public Task<AgentEvent.AgentEnd> PromptAsync(IReadOnlyList<UserMessage> prompts, CancellationToken abort = default) =>
        throw new NotImplementedException();

    /// <summary>Goes on from a context whose last message is a user message or tool result, or with what is queued.</summary>
    public Task<AgentEvent.AgentEnd> ContinueAsync(CancellationToken abort = default) => throw new NotImplementedException();

    /// <summary>
    /// Takes up a run that a crash cut off: rebuilds the context from its journal, repeats a tool only if both its
    /// record and the tool say it is safe, tells the model of every other that it was interrupted, and goes on.
    /// Emits agent_start again; emits nothing twice that the journal holds.
    /// </summary>
    public Task<AgentEvent.AgentEnd> ResumeAsync(IReadOnlyList<JournalRecord> records, CancellationToken abort = default) =>
        throw new NotImplementedException();

    /// <summary>Adds a listener; dispose to remove it.</summary>
    public IDisposable Subscribe(Func<AgentEvent, CancellationToken, ValueTask> listener) => throw new NotImplementedException();

    /// <summary>Delivered after the tools of this turn, before the next model call. Journaled before this returns.</summary>
    public ValueTask SteerAsync(UserMessage message) => throw new NotImplementedException();

    /// <summary>Delivered when nothing else is left to do.</summary>
    public ValueTask FollowUpAsync(UserMessage message) => throw new NotImplementedException();

    /// <summary>Cancels the running tools, skips those not started, and delivers the message at once.</summary>
    public ValueTask InterruptAsync(UserMessage message) => throw new NotImplementedException();

    /// <summary>Stops model and tools. Queues stay; <see cref="TakeQueued"/> hands them back.</summary>
    public void Abort() => throw new NotImplementedException();

    public IReadOnlyList<UserMessage> TakeQueued() => throw new NotImplementedException();

    public Task WaitForIdleAsync(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Summarises the older part of the context now.</summary>
    public Task CompactAsync(CancellationToken abort = default) => throw new NotImplementedException();
}
