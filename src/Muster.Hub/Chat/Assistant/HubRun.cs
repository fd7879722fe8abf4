using Microsoft.Extensions.Logging;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Storage;

namespace Muster.Hub.Chat.Assistant;

/// <summary>One run of the hub's own assistant while it works.</summary>
internal sealed partial class HubRun(RunRow run, HubRunKit kit, ILogger logger) : IDisposable
{
    private readonly CancellationTokenSource _abort = new();
    private readonly TaskCompletionSource<Agent?> _agent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);

    public RunRow Run => run;

    /// <summary>Completes when it has ended and said so, or the hub goes down.</summary>
    public Task Over => _over.Task;

    public void Abort() => _abort.Cancel();

    public void Dispose() => _abort.Dispose();

    /// <summary>Never throws for what the run does.</summary>
    public async Task ExecuteAsync(CancellationToken stopping)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stopping, _abort.Token);
        try
        {
            await RunAsync(stopping, both.Token);
        }
        catch (Exception) when (stopping.IsCancellationRequested)
        {
            // The journal holds all that happened; the next start goes on from there.
        }
        catch (OperationCanceledException) when (_abort.IsCancellationRequested)
        {
            await GiveAsync("aborted", "Stopped.");
        }
        catch (Exception failure)
        {
            LogFailed(logger, failure, run.Id);
            await GiveAsync("failed", failure is StorageException ? failure.Message : "The hub failed at this message. Send it again; if it fails again, see the hub's log (muster logs).");
        }
        finally
        {
            _agent.TrySetResult(null);
            _over.TrySetResult();
        }
    }

    /// <summary>Hands a message to the agent once it is up; one that comes too late is sent again when the run has ended.</summary>
    public async Task SteerAsync(string id, string text, bool interrupt)
    {
        if (await _agent.Task is { } agent && Begin(id))
        {
            await (interrupt ? agent.InterruptAsync(Said(id, text)) : agent.SteerAsync(Said(id, text)));
        }
    }

    private async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        var taken = await kit.Database.ReadAsync(tx => HubRunStart.Load(tx, run), stopping);
        var description = new RunDescription(HubMachine.Name, kit.Agents.ModelName, taken.Context, taken.Records);
        var journal = new HubJournal(run, kit, description, stopping);
        var agent = new Agent(kit.Agents.Options(run, taken.User, journal), taken.Context);
        var teller = new RunTeller(run.Id, description, (name, json) => kit.Show(run, name, json), TellAsync, journal.AddPending);
        using var listening = agent.Subscribe((happened, _) => teller.TellAsync(happened));
        taken.Held.ToList().ForEach(id => Begin(id));
        _agent.SetResult(agent);
        foreach (var steered in taken.Steered)
        {
            await SteerAsync(steered.Id, steered.Work ?? steered.Text, steered.Interrupt != 0);
        }

        _ = taken.Records.Count == 0
            ? await agent.PromptAsync([Said(run.MessageId, taken.Text)], abort)
            : await agent.ResumeAsync([.. taken.Records.Select(record => record is JournalRecord.RunStarted started ? started with { Context = taken.Context } : record)], abort);
    }

    private bool Begin(string id)
    {
        lock (_delivered)
        {
            return _delivered.Add(id);
        }
    }

    private Task TellAsync(string name, string json) => kit.Database.WriteAsync(tx => kit.Tell(tx, run, name, json));

    private Task GiveAsync(string outcome, string sentence) => kit.Database.WriteAsync(tx => kit.Ends.Give(tx, run, outcome, sentence));

    private UserMessage Said(string id, string text) => new() { Id = id, At = kit.Time.GetUtcNow(), Content = [new TextBlock(text)] };

    [LoggerMessage(LogLevel.Error, "Run {RunId} on the hub failed")]
    private static partial void LogFailed(ILogger logger, Exception failure, string runId);
}
