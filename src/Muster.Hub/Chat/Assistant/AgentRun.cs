using Microsoft.Extensions.Logging;
using Muster.Agents.Journal;
using Muster.Agents.Loop;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Hub.Chat.Runs;

namespace Muster.Hub.Chat.Assistant;

/// <summary>One run of the hub's own assistant.</summary>
internal sealed class AgentRun(RunRow run, HubRunKit kit, ILogger logger) : HubRun(run, kit, logger)
{
    private readonly TaskCompletionSource<Agent?> _agent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly HashSet<string> _delivered = new(StringComparer.Ordinal);

    public override bool NeedsPlace => true;

    public override bool Takes(bool toHub) => true;

    /// <summary>Hands a message to the agent once it is up; one that comes too late is sent again when the run has ended.</summary>
    public override async Task SteerAsync(string id, string text, bool interrupt)
    {
        if (await _agent.Task is { } agent && Begin(id))
        {
            await (interrupt ? agent.InterruptAsync(Said(id, text)) : agent.SteerAsync(Said(id, text)));
        }
    }

    /// <summary>For a run that turned out to need an answer and nothing else.</summary>
    public async Task AnswerAsync(CancellationToken stopping, CancellationToken abort)
    {
        try
        {
            await RunAsync(stopping, abort);
        }
        finally
        {
            Left();
        }
    }

    protected override async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        var taken = await Kit.Database.ReadAsync(tx => HubRunStart.Load(tx, Run), stopping);
        var description = new RunDescription(HubMachine.Name, Kit.Agents.ModelName(taken.Model), taken.Context, taken.Records);
        var journal = new HubJournal(Run, Kit, description, stopping);
        var agent = new Agent(Kit.Agents.Options(Run, taken.User, journal, taken.Model), taken.Context);
        var teller = new RunTeller(Run.Id, description, (name, json) => Kit.Show(Run, name, json), (name, json) => Kit.StoreAsync(Run, tx => Kit.Tell(tx, Run, name, json), stopping), journal.AddPending);
        using var listening = agent.Subscribe((happened, _) => teller.TellAsync(happened));
        taken.Held.ToList().ForEach(id => Begin(id));
        _agent.SetResult(agent);
        foreach (var steered in taken.Steered)
        {
            await SteerAsync(steered.Id, steered.Work ?? steered.Text, steered.Interrupt != 0);
        }

        var end = taken.Records.Count == 0
            ? await agent.PromptAsync([Said(Run.MessageId, taken.Text)], abort)
            : await agent.ResumeAsync([.. taken.Records.Select(record => record is JournalRecord.RunStarted started ? started with { Context = taken.Context } : record)], abort);
        if (!journal.Ended && !stopping.IsCancellationRequested)
        {
            await GiveAsync(RunEventJson.Outcome(end.Outcome), end.Error ?? "Stopped.", stopping); // its journal broke
        }
    }

    protected override void Left() => _agent.TrySetResult(null);

    private bool Begin(string id)
    {
        lock (_delivered)
        {
            return _delivered.Add(id);
        }
    }

    private UserMessage Said(string id, string text) => new() { Id = id, At = Kit.Time.GetUtcNow(), Content = [new TextBlock(text)] };
}
