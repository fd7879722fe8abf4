using Muster.Agents.Context;
using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>
/// One agent: its context, its queues and at most one run at a time. All methods may be called from any thread.
/// </summary>
public sealed class Agent
{
    private readonly Lock _gate = new();
    private readonly AgentState _state;
    private readonly MessageQueues _queues = new();
    private readonly Listeners _listeners = new();
    private AgentOptions _options;
    private RunScope? _run;
    private Task _idle = Task.CompletedTask;

    /// <param name="context">What the agent knows from before, oldest first.</param>
    /// <exception cref="ArgumentException">Two tools have one name, or the turn limit is out of range.</exception>
    public Agent(AgentOptions options, IReadOnlyList<AgentMessage>? context = null)
    {
        if (options.MaxTurns is < 1 or > 1000)
        {
            throw new ArgumentException($"MaxTurns is {options.MaxTurns}; it must be from 1 to 1000.");
        }

        _ = new Tools.ToolIndex(options.Tools);
        _options = options;
        _state = new AgentState(context ?? [], options.NewMessageId);
    }

    public AgentOptions Options => _run?.Options ?? _options;

    /// <summary>The context as it stands; a snapshot.</summary>
    public IReadOnlyList<AgentMessage> Context => _state.Messages;

    public bool IsRunning => _run is not null;

    /// <summary>
    /// Something waits to be delivered. After a run this is what came too late for it, or was left by an abort:
    /// <see cref="ContinueAsync"/> delivers it, <see cref="TakeQueued"/> hands it back.
    /// </summary>
    public bool HasQueued => _queues.Any;

    /// <summary>
    /// Runs until nothing is left to do. Listeners are awaited in order of registration; the task ends when the last
    /// listener has seen agent_end. Failures of the model are an outcome, not an exception.
    /// </summary>
    /// <exception cref="InvalidOperationException">A run is going on.</exception>
    public Task<AgentEvent.AgentEnd> PromptAsync(IReadOnlyList<UserMessage> prompts, CancellationToken abort = default) =>
        prompts.Count == 0
            ? throw new ArgumentException("A run needs at least one prompt.")
            : BeginAsync(prompts, skipFirstPoll: false, abort);

    /// <summary>Goes on from a context whose last message is a user message or tool result, or with what is queued.</summary>
    /// <exception cref="InvalidOperationException">A run is going on, or there is nothing to go on from.</exception>
    public Task<AgentEvent.AgentEnd> ContinueAsync(CancellationToken abort = default)
    {
        var last = _state.Messages.LastOrDefault(message => message is not AssistantMessage { StopReason: StopReason.Error or StopReason.Aborted });
        if (last is not (null or AssistantMessage or SummaryMessage))
        {
            return BeginAsync([], skipFirstPoll: false, abort);
        }

        var queued = IsRunning ? [] : _queues.TakeSteering(_options.SteeringMode, null);
        queued = queued.Count > 0 || IsRunning ? queued : _queues.TakeFollowUps(_options.FollowUpMode);
        return queued.Count > 0 || IsRunning
            ? BeginAsync(queued, skipFirstPoll: true, abort)
            : throw new InvalidOperationException("There is nothing to go on from: the last message is an answer and nothing is queued. Send a prompt.");
    }

    /// <summary>
    /// Takes up a run that a crash cut off: rebuilds the context from its journal, repeats a tool only if both its
    /// record and the tool say it is safe, tells the model of every other that it was interrupted, and goes on.
    /// Emits agent_start again, and the start of the turn it goes on with; emits nothing twice that the journal holds.
    /// A run that the journal says is finished is not run again: its end is returned and nothing is emitted.
    /// </summary>
    /// <param name="records">All records of the run, oldest first. The new ones are appended to the journal of the options.</param>
    /// <exception cref="ArgumentException">The records do not begin with run_started.</exception>
    public Task<AgentEvent.AgentEnd> ResumeAsync(IReadOnlyList<JournalRecord> records, CancellationToken abort = default)
    {
        var replay = RunReplay.Of(records);
        var run = Open(_options.Journal);
        replay.ApplyTo(run);
        if (replay.Finished is { } finished)
        {
            Close(run);
            return Task.FromResult(new AgentEvent.AgentEnd([.. run.Added], finished.Outcome, finished.Error));
        }

        if (replay.AbortRequested)
        {
            run.Signals.RequestAbort();
        }

        return WhileOpenAsync(run, [], () => new RunLoop(run).RunAsync(replay.Start), abort);
    }

    /// <summary>Adds a listener; dispose to remove it. A listener that throws fails the run; at agent_end, the caller gets what it threw. It may not wait for the agent to be idle.</summary>
    public IDisposable Subscribe(Func<AgentEvent, CancellationToken, ValueTask> listener) => _listeners.Add(listener);

    /// <summary>Delivered after the tools of this turn, before the next model call. Journaled before this returns.</summary>
    public ValueTask SteerAsync(UserMessage message) =>
        EnqueueAsync(QueueKind.Steering, message, _ => _queues.AddSteering(message));

    /// <summary>Delivered when nothing else is left to do.</summary>
    public ValueTask FollowUpAsync(UserMessage message) =>
        EnqueueAsync(QueueKind.FollowUp, message, _ => _queues.AddFollowUp(message));

    /// <summary>Cuts the answer short, cancels the running tools, skips those not started, and delivers the message at once.</summary>
    public ValueTask InterruptAsync(UserMessage message) =>
        EnqueueAsync(QueueKind.Steering, message, run => _queues.AddInterrupt(message, run?.Signals));

    /// <summary>Stops model and tools. Queues stay; <see cref="TakeQueued"/> hands them back.</summary>
    public void Abort()
    {
        lock (_gate)
        {
            if (_run is { Signals.Aborted: false } run)
            {
                run.Journal.Post(new JournalRecord.AbortRequested());
                run.Signals.RequestAbort();
            }
        }
    }

    /// <summary>Empties the queues and hands back what was in them: interrupts, then steering, then follow-ups.</summary>
    public IReadOnlyList<UserMessage> TakeQueued()
    {
        lock (_gate)
        {
            var taken = _queues.TakeAll();
            if (taken.Count > 0)
            {
                _run?.Journal.Post(new JournalRecord.Unqueued([.. taken.Select(message => message.Id)]));
            }

            return taken;
        }
    }

    /// <summary>Waits for the end of the run that is going on, its listeners included.</summary>
    public Task WaitForIdleAsync(CancellationToken cancel = default) => _idle.WaitAsync(cancel);

    /// <summary>Summarises the older part of the context now. Not journaled: the next run's journal begins with the result.</summary>
    /// <returns>What the listeners were told, or null when there is nothing old enough to be summarised.</returns>
    /// <exception cref="InvalidOperationException">A run is going on.</exception>
    public async Task<AgentEvent.Compacted?> CompactAsync(CancellationToken abort = default)
    {
        var run = Open(journal: null);
        return await WhileOpenAsync(run, [], () => new ContextKeeper(run).OnRequestAsync(), abort);
    }

    private Task<AgentEvent.AgentEnd> BeginAsync(IReadOnlyList<UserMessage> prompts, bool skipFirstPoll, CancellationToken abort)
    {
        var run = Open(_options.Journal);
        var started = new JournalRecord.RunStarted(_state.Messages, prompts);
        return WhileOpenAsync(run, [started, .. _queues.ToRecords()], PromptedAsync, abort);

        Task<AgentEvent.AgentEnd> PromptedAsync()
        {
            _state.Add(prompts);
            run.CountAsAdded(prompts);
            return new RunLoop(run).RunAsync(new RunStart { Prompts = prompts, SkipFirstPoll = skipFirstPoll });
        }
    }

    private RunScope Open(IRunJournal? journal)
    {
        lock (_gate)
        {
            if (_run is not null)
            {
                throw new InvalidOperationException("A run is going on. Steer it, or wait until it is idle.");
            }

            return _run = new RunScope(_options, _state, _queues, _listeners, new RunJournal(journal));
        }
    }

    private async Task<T> WhileOpenAsync<T>(RunScope run, IReadOnlyList<JournalRecord> first, Func<Task<T>> work, CancellationToken abort)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _idle = idle.Task;
        try
        {
            await run.Journal.OpenAsync(first);
            await using (abort.UnsafeRegister(static state => ((Agent)state!).Abort(), this))
            {
                return await work();
            }
        }
        finally
        {
            await run.Signals.SettleAsync();
            Close(run);
            idle.SetResult();
        }
    }

    private void Close(RunScope run)
    {
        lock (_gate)
        {
            _options = run.Options;
            _run = null;
        }
    }

    private ValueTask EnqueueAsync(QueueKind kind, UserMessage message, Action<RunScope?> enqueue)
    {
        RunScope? run;
        lock (_gate)
        {
            run = _run;
            if (run is null)
            {
                enqueue(null);
                return ValueTask.CompletedTask;
            }
        }

        return run.Journal.EnqueueAsync(new JournalRecord.Queued(kind, message), () => enqueue(run));
    }
}
