using Microsoft.Extensions.Logging;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Hub.Accounts;
using Muster.Hub.Background;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Protocol.Transfers;
using Muster.Storage;

namespace Muster.Hub.Planning;

/// <summary>
/// One plan in its conversation: analysed, shown, run as a job, and answered. Steps that failed are planned anew once, and run as a second
/// job with what had waited for them. Each of these is stored before the next begins, so that a hub that was killed goes on where it was.
/// </summary>
internal sealed class PlannedRun(RunRow run, HubRunKit kit, PlanKit plans, ILogger logger) : HubRun(run, kit, logger)
{
    private const int MostFiles = 20;
    private static readonly TimeSpan _look = TimeSpan.FromMinutes(1);

    private AgentRun? _answer;
    private volatile StoredJob? _works;
    private volatile bool _over;

    /// <summary>What is said while its steps work is for them, and what is said before that for those to come.</summary>
    public override bool Takes(bool toHub) => _answer is not null || (!toHub && !_over);

    public override Task SteerAsync(string id, string text, bool interrupt) =>
        _answer is { } answer ? answer.SteerAsync(id, text, interrupt) : _works is { } works ? TellAsync(works, interrupt ? id : null) : Task.CompletedTask;

    public override bool IsNamedIn(string text) => _works is { } works && StepName.Split(text, works.Steps) is not { Step: null, Unknown: null };

    protected override async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        var (message, user, known, caller) = await Kit.Database.ReadAsync(
            tx =>
            {
                var asked = MessageStore.Find(tx, Run.MessageId)!;
                var sender = UserStore.Find(tx, asked.UserId)!;
                return (asked, sender, PlanStore.Find(tx, Run.Id), SpendingScopes.Caller(tx, sender.As(Scopes.Ask | Scopes.Run), Run));
            },
            stopping);
        var text = message.Work ?? message.Text;
        var chinese = RouteTexts.IsChinese(text, user.Language);
        var purse = plans.Purses.AtOnce(Run, user);
        var analysed = known?.Plan ?? await plans.Desk.AnalyseAsync(text, user.Key, purse, abort);
        if (known is null && analysed.HandleLocally && HubWork.Can(text, plans.Options.Ability))
        {
            await AnswerAsync(stopping, abort);
            return;
        }

        if (known is null)
        {
            plans.Desk.Check(user.Key, [.. analysed.Subtasks.Select(step => (step.Description, step.Node))]);
        }

        var work = new PlanWork(known ?? await ShowAsync(analysed, purse.Refusal, chinese, abort), text, user, caller with { PaysByCall = true }, purse, chinese);
        try
        {
            var results = await WorkAsync(work, abort);
            _over = true;
            var (answer, model) = await plans.Merge.MergeAsync(text, results, chinese, purse, abort);
            await EndAsync(work, answer, model, results, stopping);
        }
        catch (Exception error) when (error is OperationCanceledException or StorageException && !stopping.IsCancellationRequested)
        {
            foreach (var job in work.Stored.Jobs)
            {
                await plans.Pool.ApplyAsync(new CancelWork(Id<Job>.Parse(job), null, "The plan was stopped."), cancel: stopping);
            }

            throw;
        }
    }

    /// <summary>No machine is needed: the assistant answers, and the run is its own from here on.</summary>
    private async Task AnswerAsync(CancellationToken stopping, CancellationToken abort)
    {
        await Kit.Database.WriteAsync(tx => PlanStore.Forget(tx, Run.Id), abort);
        using var answer = new AgentRun(Run, Kit, Logger);
        _answer = answer;
        await answer.AnswerAsync(stopping, abort);
    }

    /// <param name="unasked">Why the model was not asked; null: it was.</param>
    private async Task<StoredPlan> ShowAsync(PlanModel plan, string? unasked, bool chinese, CancellationToken abort)
    {
        var job = Id<Job>.New(Kit.Time).ToString();
        await Kit.Database.WriteAsync(
            tx =>
            {
                PlanStore.Set(tx, Run.Id, plan, job);
                Kit.Tell(tx, Run, "agent_start", RunEventJson.AgentStart(Run.Id, HubMachine.Name, plan.By, resumed: false));
                Kit.Tell(tx, Run, "notice", RunEventJson.Notice(Run.Id, "plan", "info", PlanTexts.Shown(plan, job, chinese) + (unasked is null ? "" : "\n" + PlanTexts.Unasked(unasked, chinese))));
            },
            abort);
        return new StoredPlan(plan, job, null);
    }

    /// <summary>The results of all steps, some of which may have taken another way.</summary>
    private async Task<IReadOnlyList<StepResult>> WorkAsync(PlanWork work, CancellationToken abort)
    {
        var (plan, job) = (work.Stored.Plan, work.Stored.Job);
        await BeginAsync(new StoredJob(job, [.. plan.Subtasks.Select(step => step.Id)], work.Chinese), null, abort);
        if (await IsNewAsync(job, abort))
        {
            var steps = plan.Subtasks.Select(step => new PlanRunStep(step.Id, step.Description, step.Skills, step.DependsOn, step.Node)).ToList();
            await SubmitAsync(work, job, PlanDesk.Job(new PlanRun(work.Text, steps)), abort);
        }

        var state = await EndOfAsync(job, abort);
        var first = await ResultsAsync(job, [.. plan.Subtasks.Select(step => (step.Id, step.Description))], work.Chinese, abort);
        if (work.Stored.Again is null && state == JobState.Failed && first.Any(result => result.Failed))
        {
            await PlanAgainAsync(work, first, abort);
        }

        if (work.Stored.Again is not { Job: { } other } again)
        {
            return first;
        }

        await BeginAsync(new StoredJob(other, [.. again.Steps.Select(step => step.Id)], work.Chinese), job, abort);
        if (await IsNewAsync(other, abort))
        {
            await SubmitAsync(work, other, PlanSpec.Compile(work.Text, again.Steps), abort);
        }

        await EndOfAsync(other, abort);
        return again.Combine(first, await ResultsAsync(other, [.. again.Steps.Select(step => (step.Id, step.Description))], work.Chinese, abort), work.Chinese);
    }

    private Task SubmitAsync(PlanWork work, string job, JobPlan plan, CancellationToken abort) => plans.Jobs.SubmitAsync(
        work.Caller, Id<Job>.Parse(job), plan with { Chat = new ChatPlan(Run.ConversationId, Run.MessageId, Run.Id) }, abort);

    /// <summary>From now on messages are for the agents of this job; what was said to all of the one before is said to all of it.</summary>
    private async Task BeginAsync(StoredJob works, string? before, CancellationToken abort)
    {
        if (before is not null)
        {
            await Kit.Database.WriteAsync(tx => SteeringStore.Copy(tx, before, works.Job), abort);
        }

        _works = works;
        await TellAsync(works, null);
    }

    /// <summary>Gives the agents what was said in the conversation and not given to them yet. What none of them takes up is handled when the plan is over.</summary>
    /// <param name="interrupting">The message that breaks off what they do.</param>
    private async Task TellAsync(StoredJob works, string? interrupting)
    {
        var told = await Kit.Database.WriteAsync(
            tx =>
            {
                var said = MessageStore.Steered(tx, Run.Id).Select(message => (Message: message, To: StepName.Split(message.Work ?? message.Text, works.Steps))).ToList();
                foreach (var (message, to) in said.Where(one => one.To.Unknown is not null))
                {
                    MessageStore.Set(tx, message.Id, MessageState.Answered, Run.Id);
                    Notice(tx, PlanTexts.NoStep(to.Unknown!, works.Steps, works.Chinese), "warning");
                }

                foreach (var (message, to) in said.Where(one => IsStop(one.To)))
                {
                    MessageStore.Set(tx, message.Id, MessageState.Answered, Run.Id);
                    Notice(tx, PlanTexts.StepStopped(works.Steps[to.Step!.Value], works.Chinese));
                    tx.OnCommitted(() => plans.Pool.Hear(new CancelWork(Id<Job>.Parse(works.Job), to.Step, "It was stopped.")));
                }

                return said.Where(one => one.To.Unknown is null && !IsStop(one.To)).Select(one => Row(one.Message, one.To, one.Message.Id == interrupting)).Where(row => SteeringStore.Add(tx, works.Job, row)).ToList();
            });
        foreach (var row in told)
        {
            plans.Pool.Hear(new SteerWork(Id<Job>.Parse(works.Job), row.Task));
            var listeners = await plans.Steering.ListenersAsync(Id<Job>.Parse(works.Job), row.Task, CancellationToken.None);
            await Kit.Database.WriteAsync(tx => Notice(tx, PlanTexts.Told(listeners, works.Chinese)));
        }
    }

    private static bool IsStop(StepMessage to) => to.Step is not null && StopWords.Is(to.Text);

    private void Notice(Transaction tx, string text, string level = "info") => Kit.Tell(tx, Run, "notice", RunEventJson.Notice(Run.Id, "plan", level, text));

    private SteeringRow Row(MessageRow message, StepMessage to, bool interrupts) =>
        new(message.Id, to.Step, message.UserId, to.Text, interrupts || message.Interrupt != 0, Kit.Time.GetUtcNow().ToUnixTimeMilliseconds());

    /// <summary>Once for a plan: what is found is stored with what is said of it.</summary>
    private async Task PlanAgainAsync(PlanWork work, IReadOnlyList<StepResult> first, CancellationToken abort)
    {
        var (again, said) = await plans.Mending.FindAsync(work.Text, work.Stored.Plan, first, work.User, work.Purse, work.Chinese, abort);
        await Kit.Database.WriteAsync(
            tx =>
            {
                PlanStore.SetAgain(tx, Run.Id, again);
                foreach (var sentence in said)
                {
                    Kit.Tell(tx, Run, "notice", RunEventJson.Notice(Run.Id, "plan", "warning", sentence));
                }
            },
            abort);
        work.Stored = work.Stored with { Again = again };
    }

    /// <summary>False after a hub was killed that had submitted it.</summary>
    private Task<bool> IsNewAsync(string job, CancellationToken abort) => Kit.Database.ReadAsync(tx => PoolStore.Job(tx, job) is null, abort);

    private async Task<JobState> EndOfAsync(string job, CancellationToken abort)
    {
        while (true)
        {
            using var watcher = plans.Feeds.Watch(job);
            if (await Kit.Database.ReadAsync(tx => PoolStore.Job(tx, job), abort) is not { } row)
            {
                return JobState.Cancelled;
            }

            if (row.State.IsFinal())
            {
                return row.State;
            }

            // Looks again now and then, since a watcher that is too slow is cut.
            await watcher.ReadAsync(change => change.Job.State.IsFinal(), _look, Kit.Time, abort);
        }
    }

    private Task<IReadOnlyList<StepResult>> ResultsAsync(string job, IReadOnlyList<(string Id, string Description)> steps, bool chinese, CancellationToken abort) =>
        Kit.Database.ReadAsync(tx => StepResult.Of(tx, job, steps, chinese), abort);

    /// <summary>The steps are done: asked for again because their answer was not stored, they would be done twice.</summary>
    private Task EndAsync(PlanWork work, string answer, string model, IReadOnlyList<StepResult> results, CancellationToken stopping) => Kit.Background.UntilStoredAsync(storing => Kit.Database.WriteAsync(
        tx =>
        {
            if (RunStore.Find(tx, Run.Id) is not { State: not "ended" })
            {
                return;
            }

            var message = new AssistantMessage
            {
                Id = Id<Message>.New(Kit.Time).ToString(), At = Kit.Time.GetUtcNow(), Model = model, StopReason = StopReason.Stop, Content = [new TextBlock(answer)],
            };
            var (well, chinese) = (results.All(result => result.Succeeded), work.Chinese);
            var outcome = well ? "completed" : "failed";
            foreach (var result in results.Where(result => result.Lost is not null))
            {
                Kit.Tell(tx, Run, "notice", RunEventJson.Notice(Run.Id, "plan", "warning", PlanTexts.BegunTwice(result, chinese)));
            }

            Unheard(tx, work);
            Kit.Tell(tx, Run, "message_end", RunEventJson.MessageEnd(Run.Id, message));
            foreach (var (file, node) in results.SelectMany(result => result.Files.Select(file => (file, result.Node))).Take(MostFiles))
            {
                Kit.Tell(tx, Run, "file", FileEvents.Json(file.Path[(file.Path.LastIndexOf('/') + 1)..], ContentHash.Parse(file.Sha256), file.Size, node));
            }

            var end = RunEventJson.AgentEnd(Run.Id, outcome, well ? null : chinese ? "并非每个步骤都成功。" : "Not every step succeeded.", Usage.None);
            Kit.Tell(tx, Run, "agent_end", SpendingCost.Into(tx, Run.Id, end, work.Stored.Jobs.Sum(job => StepResult.Cost(tx, job))));
            PlanStore.Forget(tx, Run.Id);
            Kit.Ends.Ended(tx, Run, outcome);
        },
        storing), stopping);

    /// <summary>What was said to one step means nothing once that has ended; what was said to all is handled as a message of its own.</summary>
    private void Unheard(Transaction tx, PlanWork work)
    {
        var rows = work.Stored.Jobs.SelectMany(job => SteeringStore.All(tx, job)).Where(row => row.Task is not null).ToDictionary(row => row.MessageId, StringComparer.Ordinal);
        foreach (var message in MessageStore.Steered(tx, Run.Id).Where(message => rows.ContainsKey(message.Id)))
        {
            MessageStore.Set(tx, message.Id, MessageState.Answered, Run.Id);
            Notice(tx, PlanTexts.Unheard(message.Work ?? message.Text, work.Chinese), "warning");
        }
    }

    /// <summary>The job whose agents work now.</summary>
    /// <param name="Steps">Names of its tasks, in their order.</param>
    private sealed record StoredJob(string Job, IReadOnlyList<string> Steps, bool Chinese);

    /// <summary>What a plan works with, and what is stored of it by now.</summary>
    private sealed class PlanWork(StoredPlan stored, string text, UserRow user, SignedIn caller, HubPurse purse, bool chinese)
    {
        public StoredPlan Stored { get; set; } = stored;

        public string Text => text;

        public UserRow User => user;

        public bool Chinese => chinese;

        public SignedIn Caller => caller;

        /// <summary>Of the hub's model, for all that is asked of it.</summary>
        public HubPurse Purse => purse;
    }
}
