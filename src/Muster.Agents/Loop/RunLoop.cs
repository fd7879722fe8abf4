using Muster.Agents.Journal;
using Muster.Agents.Messages;

namespace Muster.Agents.Loop;

/// <summary>
/// One run, from agent_start to agent_end. The order of events is that of pi-mono's agent loop (packages/agent,
/// agent-loop.ts), 0.84.1.
/// </summary>
internal sealed class RunLoop(RunScope scope)
{
    private readonly Answers _answers = new(scope);
    private readonly ToolBatch _tools = new(scope);
    private int _turn;
    private bool _turnOpen;

    public async Task<AgentEvent.AgentEnd> RunAsync(RunStart start)
    {
        AgentEvent.AgentEnd end;
        try
        {
            end = await TurnsAsync(start);
        }
        catch (Exception error)
        {
            end = await BreakAsync(error);
        }

        await scope.EmitAsync(end);
        return end;
    }

    private async Task<AgentEvent.AgentEnd> TurnsAsync(RunStart start)
    {
        await scope.EmitAsync(new AgentEvent.AgentStart());
        await OpenTurnAsync(start.Turn);
        foreach (var prompt in start.Prompts)
        {
            await scope.ShowAsync(prompt);
        }

        if (start.Answered is null && !start.SkipFirstPoll && !scope.Signals.Aborted)
        {
            await scope.AddAsync(scope.Queues.TakeSteering(scope.Options.SteeringMode, scope.Signals));
        }

        var answer = start.Answered is { } answered
            ? new Answer(answered, answered.ErrorMessage)
            : await AnswerAsync(start.Progress);
        var calls = start.Calls;
        while (true)
        {
            var (end, more) = IsFailure(answer.Message) ? await FailAsync(answer) : await FinishTurnAsync(answer.Message, calls);
            IReadOnlyList<AgentMessage> pending = [];
            if (end is null)
            {
                (end, pending) = await NextAsync(more);
            }

            if (end is not null)
            {
                return end;
            }

            await OpenTurnAsync(_turn + 1);
            await scope.AddAsync(pending);
            answer = await AnswerAsync(TurnProgress.New);
            calls = UnfinishedCalls.None;
        }
    }

    private async Task<Answer> AnswerAsync(TurnProgress progress)
    {
        if (!scope.Signals.Aborted)
        {
            return await _answers.GetAsync(_turn, progress);
        }

        // The reference calls the model here, which answers "aborted" at once.
        var aborted = scope.Failure("Stopped.");
        await scope.AddAsync(aborted);
        return new Answer(aborted, aborted.ErrorMessage);
    }

    /// <summary>A failed or aborted answer ends the run, unless it was cut short to deliver a message.</summary>
    private async Task<(AgentEvent.AgentEnd? End, bool More)> FailAsync(Answer answer)
    {
        await CloseTurnAsync(answer.Message, []);
        return scope.Signals.Aborted || answer.Message.StopReason == StopReason.Aborted || scope.Signals.Interrupted
            ? (null, false)
            : (await FinishAsync(RunOutcome.Failed, answer.Error ?? "The model call failed."), false);
    }

    private async Task<(AgentEvent.AgentEnd? End, bool More)> FinishTurnAsync(AssistantMessage message, UnfinishedCalls calls)
    {
        var batch = await _tools.RunAsync(message, calls);
        await CloseTurnAsync(message, batch.Results);
        var more = !batch.Terminate;
        if (scope.Signals.Aborted)
        {
            return (null, more);
        }

        if (scope.Options.Hooks.ShouldStopAfterTurn?.Invoke(message, batch.Results) == true)
        {
            return (await FinishAsync(RunOutcome.Completed, null), false);
        }

        return _turn >= scope.Options.MaxTurns && (more || scope.Queues.Any)
            ? (await FinishAsync(RunOutcome.TurnLimit, $"The run stopped after {_turn} turns, its limit. Say \"go on\" to continue."), false)
            : (null, more);
    }

    /// <summary>What the next turn begins with, or the end when nothing is left to do.</summary>
    private async Task<(AgentEvent.AgentEnd? End, IReadOnlyList<AgentMessage> Pending)> NextAsync(bool more)
    {
        while (true)
        {
            if (scope.Signals.Aborted)
            {
                return (more ? null : await FinishAsync(RunOutcome.Aborted, null), []);
            }

            // Decided within the journal's gate: a message that comes later stays queued.
            var completed = new JournalRecord.RunFinished(RunOutcome.Completed, null);
            if (!more && await scope.Journal.FinishAsync(completed, () => !scope.Queues.Any))
            {
                return (End(RunOutcome.Completed, null), []);
            }

            if (scope.Options.Hooks.PrepareNextTurn is { } prepare)
            {
                scope.Use(await prepare(scope.Options, scope.Signals.Abort));
            }

            IReadOnlyList<AgentMessage> pending = scope.Queues.TakeSteering(scope.Options.SteeringMode, scope.Signals);
            if (pending.Count == 0 && !more)
            {
                pending = scope.Queues.TakeFollowUps(scope.Options.FollowUpMode);
            }

            if (more || pending.Count > 0)
            {
                return (null, pending);
            }
        }
    }

    private async Task<AgentEvent.AgentEnd> FinishAsync(RunOutcome outcome, string? error)
    {
        await scope.Journal.FinishAsync(new JournalRecord.RunFinished(outcome, error), () => true);
        return End(outcome, error);
    }

    private AgentEvent.AgentEnd End(RunOutcome outcome, string? error) => new([.. scope.Added], outcome, error);

    /// <summary>Something broke that is not the model's or a tool's doing: a hook, a listener, the journal.</summary>
    private async Task<AgentEvent.AgentEnd> BreakAsync(Exception error)
    {
        var outcome = scope.Signals.Aborted ? RunOutcome.Aborted : RunOutcome.Failed;
        scope.Signals.RequestAbort();
        var reason = outcome == RunOutcome.Aborted ? null : $"The run failed: {error.Message}";
        try
        {
            var message = scope.Failure(reason ?? "Stopped.") with { StopReason = reason is null ? StopReason.Aborted : StopReason.Error };
            await scope.AddAsync(message);
            if (_turnOpen)
            {
                await CloseTurnAsync(message, []);
            }

            return await FinishAsync(outcome, reason);
        }
        catch (Exception)
        {
            // What broke the run also breaks its report; the first failure is the one to tell.
            return End(outcome, reason);
        }
    }

    private ValueTask OpenTurnAsync(int turn)
    {
        _turn = turn;
        _turnOpen = true;
        return scope.EmitAsync(new AgentEvent.TurnStart(turn));
    }

    private ValueTask CloseTurnAsync(AssistantMessage message, IReadOnlyList<ToolResultMessage> results)
    {
        _turnOpen = false;
        return scope.EmitAsync(new AgentEvent.TurnEnd(_turn, message, results));
    }

    private static bool IsFailure(AssistantMessage message) => message.StopReason is StopReason.Error or StopReason.Aborted;
}
