using Microsoft.Extensions.Logging;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Models;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>One run while it works: the agent, its journal, and what its watchers are told.</summary>
internal sealed partial class ActiveRun(Forward forward, RunKit kit) : IAsyncDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly RunOutput _output = new(kit.Link, forward);
    private readonly TaskCompletionSource<Agent> _agent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Forward Forward { get; } = forward;

    /// <summary>Completes when the run has ended and said so; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    public void Start() => Completion = Task.Run(ExecuteAsync);

    public void Abort() => _abort.Cancel();

    /// <summary>Delivers a message to the agent once it is up.</summary>
    public async Task SteerAsync(Steer steer)
    {
        var agent = await _agent.Task;
        var message = Said(steer.MessageId, steer.Text);
        if (steer.Interrupt)
        {
            await agent.InterruptAsync(message);
        }
        else
        {
            await agent.SteerAsync(message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync();
        await Completion;
        _abort.Dispose();
    }

    private async Task ExecuteAsync()
    {
        try
        {
            await RunAsync();
        }
        catch (Exception) when (kit.Shutdown.IsCancellationRequested)
        {
            // The journal holds all that happened; the next start goes on from there.
        }
        catch (Exception failure)
        {
            LogRunFailed(kit.Logger, failure, Forward.RunId);
            await FailAsync(failure);
        }
        finally
        {
            _agent.TrySetCanceled();
        }
    }

    private async Task RunAsync()
    {
        var (context, records, steers) = await kit.Database.ReadAsync(Load);
        var description = new RunDescription(kit.NodeName, kit.ModelName(Forward), context, records);
        var journal = new RunJournal(Forward, kit, _output, description);
        var agent = new Agent(await kit.OptionsAsync(Forward, journal, _abort.Token), context);
        journal.Context = () => agent.Context;
        using var listening = agent.Subscribe((happened, _) => TellAsync(journal, description, happened, resumed: records.Count > 0));
        _agent.SetResult(agent);

        if (records.Count == 0)
        {
            await agent.PromptAsync([Said(Forward.MessageId, Forward.Text)], _abort.Token);
            return;
        }

        foreach (var missed in steers.Where(steer => !Holds(records, steer.MessageId)))
        {
            await agent.SteerAsync(Said(missed.MessageId, missed.Text));
        }

        await agent.ResumeAsync([.. records.Select(record => WithContext(record, context))], _abort.Token);
    }

    private (IReadOnlyList<AgentMessage> Context, IReadOnlyList<JournalRecord> Records, IReadOnlyList<Steer> Steers) Load(Transaction transaction) =>
        (RunStore.Context(transaction, Forward.ConversationId), RunStore.Journal(transaction, Forward.RunId), RunStore.Steers(transaction, Forward.RunId));

    private async ValueTask TellAsync(RunJournal journal, RunDescription description, AgentEvent happened, bool resumed)
    {
        switch (happened)
        {
            case AgentEvent.AgentStart when resumed:
                journal.AddPending("agent_start", RunEventJson.AgentStart(Forward.RunId, description.Node, description.Model, resumed: true));
                break;
            case AgentEvent.MessageStart { Message: AssistantMessage message }:
                _output.Volatile("message_start", RunEventJson.MessageStart(Forward.RunId, message));
                break;
            case AgentEvent.MessageUpdate { Update: ModelEvent.BlockDelta delta } update:
                _output.Volatile("message_update", RunEventJson.Delta(Forward.RunId, update.MessageId, delta));
                break;
            case AgentEvent.MessageUpdate { Update: ModelEvent.BlockStarted started } update:
                _output.Volatile("message_update", RunEventJson.BlockStart(Forward.RunId, update.MessageId, started));
                break;
            case AgentEvent.ToolExecutionUpdate update:
                _output.Volatile("tool_execution_update", RunEventJson.ToolUpdate(Forward.RunId, update.ToolCallId, update.PartialResult.Content));
                break;
            case AgentEvent.TurnEnd end:
                journal.AddPending("turn_end", RunEventJson.Turn(Forward.RunId, end.Turn));
                break;
            case AgentEvent.Retrying retry:
                await NoteAsync(
                    "retry",
                    "warning",
                    $"{retry.Error} Trying again in {retry.Delay.TotalSeconds:0.#} s ({retry.Attempt} of {retry.MaxAttempts}).");
                break;
            case AgentEvent.Compacted compacted:
                await NoteAsync(
                    "compacted",
                    compacted.Error is null ? "info" : "warning",
                    compacted.Error ?? $"The older part of this conversation was summarised ({compacted.TokensBefore:N0} → {compacted.TokensAfter:N0} tokens).");
                break;
        }
    }

    private Task NoteAsync(string kind, string level, string text) =>
        kit.Database.WriteAsync(transaction => _output.Durable(transaction, "notice", RunEventJson.Notice(Forward.RunId, kind, level, text)));

    private async Task FailAsync(Exception failure)
    {
        var sentence = failure is StorageException ? failure.Message : $"The run stopped on an internal error: {failure.Message}";
        try
        {
            await kit.Database.WriteAsync(transaction =>
            {
                RunStore.End(transaction, Forward.RunId);
                _output.Durable(transaction, "agent_end", RunEventJson.AgentEnd(Forward.RunId, "failed", sentence, Usage.None));
            });
        }
        catch (StorageException full)
        {
            // Nothing can be written now: the run stays unfinished and is taken up at the next start.
            LogRunFailed(kit.Logger, full, Forward.RunId);
        }
    }

    private UserMessage Said(string id, string text) =>
        new() { Id = id, At = kit.Time.GetUtcNow(), Content = [new TextBlock(text)] };

    private static bool Holds(IReadOnlyList<JournalRecord> records, string messageId) =>
        records.Any(record => record switch
        {
            JournalRecord.Queued queued => queued.Message.Id == messageId,
            JournalRecord.MessageAdded added => added.Message.Id == messageId,
            _ => false,
        });

    private static JournalRecord WithContext(JournalRecord record, IReadOnlyList<AgentMessage> context) =>
        record is JournalRecord.RunStarted started ? started with { Context = context } : record;

    [LoggerMessage(LogLevel.Error, "Run {RunId} failed")]
    private static partial void LogRunFailed(ILogger logger, Exception failure, string runId);
}
