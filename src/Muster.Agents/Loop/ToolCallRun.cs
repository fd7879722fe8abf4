using System.Text.Json;
using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Agents.Tools;

namespace Muster.Agents.Loop;

/// <summary>One tool call of an answer: prepare, execute, finalise. Whatever happens, it ends with an outcome.</summary>
internal sealed class ToolCallRun(RunScope scope, ToolCallBlock block)
{
    private readonly CancellationToken _stop = scope.Signals.Work;
    private readonly Tool? _tool = scope.Tools.Find(block.Name);
    private ToolCall? _call;
    private ToolUpdates? _updates;

    public string Id => block.Id;

    public bool IsSequential => _tool?.Mode == ToolMode.Sequential;

    public ToolOutcome? Outcome { get; private set; }

    /// <summary>Set from the end on.</summary>
    public ToolResultMessage? Message { get; private set; }

    /// <summary>True once the message is in the context and was shown.</summary>
    public bool Delivered { get; private set; }

    /// <summary>The record to write before <see cref="ExecuteAsync"/>.</summary>
    public JournalRecord Intent => new JournalRecord.ToolStarted(block.Id, block.Name, _call!.Arguments, _tool!.Replay);

    public ValueTask StartAsync() => scope.EmitAsync(new AgentEvent.ToolExecutionStart(block.Id, block.Name, block.Arguments));

    /// <summary>True if the call may be executed; else it has its outcome.</summary>
    public async ValueTask<bool> PrepareAsync()
    {
        if (_tool is null)
        {
            return Refuse(scope.Tools.Unknown(block.Name));
        }

        try
        {
            var prepared = _tool.PrepareArguments(block.Name, block.Arguments);
            var check = JsonSchema.Check(_tool.Parameters, prepared);
            if (!check.IsValid)
            {
                return Refuse(JsonSchema.Describe(block.Name, check.Problems, prepared));
            }

            Take(check.Value);
            return await AllowedAsync(_tool, _call!);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return Refuse(StoppedText);
        }
        catch (Exception error)
        {
            return Refuse(error.Message);
        }
    }

    public async Task ExecuteAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            Skip();
        }
        else
        {
            Outcome = Capped(await AfterAsync(await CallAsync(_tool!, _call!)));
        }

        await _updates!.EndAsync();
        await EndAsync(executed: true);
    }

    /// <summary>Makes the result message, journals it if there was an effect, and reports the end.</summary>
    public async ValueTask EndAsync(bool executed = false)
    {
        var outcome = Outcome!;
        Message = new ToolResultMessage
        {
            Id = scope.State.NewMessageId(),
            At = scope.Now,
            ToolCallId = block.Id,
            ToolName = block.Name,
            Content = outcome.Result.Content,
            Details = outcome.Result.Details,
            IsError = outcome.IsError,
        };
        if (executed)
        {
            await scope.Journal.AppendAsync(new JournalRecord.ToolFinished(block.Id, Message, outcome.Result.Terminate));
        }

        await scope.EmitAsync(new AgentEvent.ToolExecutionEnd(block.Id, block.Name, outcome.Result, outcome.IsError));
    }

    public void MarkDelivered() => Delivered = true;

    public void Skip() => Refuse(StoppedText);

    /// <summary>Gives the call an error as its outcome. Always false, for the callers that return it.</summary>
    public bool Refuse(string reason)
    {
        Outcome = Capped(new ToolOutcome(ToolResult.FromText(reason), IsError: true));
        return false;
    }

    /// <summary>Takes over what a journal holds of this call.</summary>
    public void Restore(ToolResultMessage message, bool terminate, bool delivered)
    {
        Outcome = new ToolOutcome(new ToolResult(message.Content, message.Details, terminate), message.IsError);
        Message = message;
        Delivered = delivered;
    }

    /// <summary>Takes the arguments with which the call goes to the tool.</summary>
    public void Take(JsonElement arguments)
    {
        _updates = new ToolUpdates(partial => scope.EmitAsync(
            new AgentEvent.ToolExecutionUpdate(block.Id, block.Name, block.Arguments, Capped(partial))));
        _call = new ToolCall(block.Id, block.Name, arguments, _updates.Post);
    }

    private string StoppedText => scope.Signals.Aborted
        ? "Not run: the run was stopped."
        : "Not run: a new message of the user interrupted the work.";

    private async ValueTask<bool> AllowedAsync(Tool tool, ToolCall call)
    {
        if (scope.Options.Hooks.BeforeToolCall is not { } before || _stop.IsCancellationRequested)
        {
            return !_stop.IsCancellationRequested || Refuse(StoppedText);
        }

        var asking = before(tool, call, _stop).AsTask();
        if (!await Patience.WaitAsync(asking, scope.Options.Time, scope.Options.StopGrace, _stop))
        {
            return Refuse(StoppedText);
        }

        return await asking is not { } reason || Refuse(reason);
    }

    private async Task<ToolOutcome> CallAsync(Tool tool, ToolCall call)
    {
        try
        {
            // On a thread of its own: a tool that blocks may not hold up the others, nor an abort.
            var work = Task.Run(() => tool.ExecuteAsync(call, _stop), CancellationToken.None);
            return await Patience.WaitAsync(work, scope.Options.Time, scope.Options.StopGrace, _stop)
                ? new ToolOutcome(await work, IsError: false)
                : Cut();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return Cut();
        }
        catch (Exception error)
        {
            return new ToolOutcome(ToolResult.FromText(error.Message, (error as ToolException)?.Details), IsError: true);
        }
    }

    private async Task<ToolOutcome> AfterAsync(ToolOutcome outcome)
    {
        if (scope.Options.Hooks.AfterToolCall is not { } after)
        {
            return outcome;
        }

        try
        {
            var changing = after(_tool!, _call!, outcome, _stop).AsTask();
            return await Patience.WaitAsync(changing, scope.Options.Time, scope.Options.StopGrace, _stop) ? await changing : outcome;
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return outcome;
        }
        catch (Exception error)
        {
            return new ToolOutcome(ToolResult.FromText(error.Message), IsError: true);
        }
    }

    private ToolOutcome Cut() => new(
        ToolResult.FromText(scope.Signals.Aborted
            ? "Stopped before it finished: the run was stopped. It may have taken effect in part."
            : "Stopped before it finished: a new message of the user interrupted it. It may have taken effect in part."),
        IsError: true);

    private ToolOutcome Capped(ToolOutcome outcome) => outcome with { Result = Capped(outcome.Result) };

    private ToolResult Capped(ToolResult result) => result with { Content = (_tool?.Cap ?? OutputCap.Head).Apply(result.Content) };
}
