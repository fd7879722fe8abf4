using Microsoft.Extensions.Logging;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>One run while it works: the agent, its journal, and what its watchers are told.</summary>
/// <param name="before">Earlier runs of the same conversation.</param>
internal sealed partial class ActiveRun(Forward forward, RunKit kit, RunPlaces places, Task before) : IAsyncDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly RunOutput _output = new(kit.Link, forward);
    private readonly TaskCompletionSource<Agent> _agent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _steered = new(StringComparer.Ordinal);
    private int _killed;

    public Forward Forward { get; } = forward;

    /// <summary>Completes when the run has ended and said so; never faults.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Processes of this run that were ended, not counting those that ended by themselves.</summary>
    public int Killed => Volatile.Read(ref _killed);

    public void Start() => Completion = Task.Run(ExecuteAsync);

    public void Abort() => _abort.Cancel();

    /// <summary>Delivers a message to the agent once it is up.</summary>
    public async Task SteerAsync(Steer steer) => await DeliverAsync(await _agent.Task, steer);

    public async ValueTask DisposeAsync()
    {
        await _abort.CancelAsync();
        await Completion;
        _abort.Dispose();
    }

    private async Task ExecuteAsync()
    {
        RunPlaces.Place? place = null;
        try
        {
            await before;
            place = await places.TakeAsync(
                Forward.Owner, () => NoteAsync("waiting", "info", $"{kit.NodeName} has its hands full with other requests; this one starts when one of them ends."), _abort.Token);
            await RunAsync();
        }
        catch (Exception) when (kit.Shutdown.IsCancellationRequested)
        {
            // The journal holds all that happened; the next start goes on from there.
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            await EndAsync("aborted", null);
        }
        catch (Exception failure)
        {
            LogRunFailed(kit.Logger, failure, Forward.RunId);
            await EndAsync("failed", failure is StorageException ? failure.Message : $"The run stopped on an internal error: {failure.Message}");
        }
        finally
        {
            _agent.TrySetCanceled();
            place?.Dispose();
        }
    }

    private async Task RunAsync()
    {
        var (context, records, steers) = await kit.Database.ReadAsync(Load);
        var description = new RunDescription(kit.NodeName, kit.ModelName(Forward), context, records);
        var journal = new RunJournal(Forward, kit, _output, description);
        var needs = new RunNeeds(
            Forward,
            journal,
            count => Interlocked.Add(ref _killed, count),
            problem => journal.AddPending("notice", RunEventJson.Notice(Forward.RunId, "mcp", "warning", problem)));
        var agent = new Agent(await kit.OptionsAsync(needs, _abort.Token), context);
        journal.Context = () => agent.Context;
        var teller = new RunTeller(Forward.RunId, description, (name, json) => _output.Volatile(name, json), TellAsync, journal.AddPending);
        using var listening = agent.Subscribe((happened, _) => teller.TellAsync(happened));
        foreach (var missed in steers)
        {
            if (!Holds(records, missed.MessageId))
            {
                await DeliverAsync(agent, missed);
            }
        }

        _agent.SetResult(agent);
        var end = records.Count == 0
            ? await agent.PromptAsync([Said(Forward.MessageId, Forward.Text)], _abort.Token)
            : await agent.ResumeAsync([.. records.Select(record => WithContext(record, context))], _abort.Token);

        // What is still queued now, the hub sends again: it saw the end before it saw the message.
        if (!journal.Ended && !kit.Shutdown.IsCancellationRequested)
        {
            await EndAsync(RunEventJson.Outcome(end.Outcome), end.Error);
        }
    }

    /// <summary>Once, whether it came by the link or was read from the store.</summary>
    private async Task DeliverAsync(Agent agent, Steer steer)
    {
        // It may need the tools that this run has not, and rules would take it for a request of their own: the hub sends it again as a run of
        // its own, once this one has ended.
        if (kit.IsDirect(Forward) || kit.ModelName(Forward) == Agents.Offline.OfflineModel.Name)
        {
            if (steer.Interrupt)
            {
                Abort();
            }

            return;
        }

        lock (_steered)
        {
            if (!_steered.Add(steer.MessageId))
            {
                return;
            }
        }

        var message = Said(steer.MessageId, steer.Text);
        if (steer.FollowUp)
        {
            await agent.FollowUpAsync(message);
        }
        else if (steer.Interrupt)
        {
            await agent.InterruptAsync(message);
        }
        else
        {
            await agent.SteerAsync(message);
        }
    }

    private (IReadOnlyList<AgentMessage> Context, IReadOnlyList<JournalRecord> Records, IReadOnlyList<Steer> Steers) Load(Transaction transaction)
    {
        var records = RunStore.Journal(transaction, Forward.RunId);
        var steers = RunStore.Steers(transaction, Forward.RunId);
        lock (_steered)
        {
            _steered.UnionWith(steers.Select(steer => steer.MessageId).Where(id => Holds(records, id)));
        }

        return (RunStore.Context(transaction, Forward.ConversationId), records, steers);
    }

    /// <summary>Ends a run whose own end could not be written, with what its journal holds.</summary>
    private async Task EndAsync(string outcome, string? sentence)
    {
        try
        {
            await kit.StoreAsync(transaction => End(transaction, outcome, sentence));
        }
        catch (OperationCanceledException) when (kit.Shutdown.IsCancellationRequested)
        {
            // the next start goes on from its journal
        }
    }

    private void End(Transaction transaction, string outcome, string? sentence)
    {
        var description = new RunDescription(kit.NodeName, kit.ModelName(Forward), [], RunStore.Journal(transaction, Forward.RunId));
        RunStore.AddToContext(transaction, Forward.ConversationId, [Said(Forward.MessageId, Forward.Text), .. description.Added]);
        RunStore.End(transaction, Forward.RunId);
        _output.Durable(transaction, "agent_end", RunEventJson.AgentEnd(Forward.RunId, outcome, sentence, description.UsageSoFar));
    }

    private Task NoteAsync(string kind, string level, string text) => TellAsync("notice", RunEventJson.Notice(Forward.RunId, kind, level, text));

    private Task TellAsync(string name, string json) => kit.StoreAsync(transaction => _output.Durable(transaction, name, json));

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
