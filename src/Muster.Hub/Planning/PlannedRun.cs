using Microsoft.Extensions.Logging;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Routing;
using Muster.Protocol.Ids;

namespace Muster.Hub.Planning;

/// <summary>
/// One plan in its conversation: analysed, shown, run as a job, and answered. Each of these is stored before the next begins, so that a
/// hub that was killed goes on where it was.
/// </summary>
internal sealed class PlannedRun(RunRow run, HubRunKit kit, PlanKit plans, ILogger logger) : HubRun(run, kit, logger)
{
    private static readonly TimeSpan _look = TimeSpan.FromMinutes(1);

    public override bool TakesMessages => false;

    protected override async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        var (message, user, known) = await Kit.Database.ReadAsync(
            tx =>
            {
                var asked = MessageStore.Find(tx, Run.MessageId)!;
                return (asked, UserStore.Find(tx, asked.UserId)!, PlanStore.Find(tx, Run.Id));
            },
            stopping);
        var text = message.Work ?? message.Text;
        var chinese = RouteTexts.IsChinese(text, user.Language);
        var analysed = known?.Plan ?? await plans.Desk.AnalyseAsync(text, user.Key, abort);
        if (known is null && analysed.HandleLocally && HubWork.Can(text, plans.Options.Ability))
        {
            await AnswerAsync(stopping, abort);
            return;
        }

        var (plan, job) = known ?? await ShowAsync(analysed, chinese, abort);
        try
        {
            await SubmitAsync(plan, job, user, text, abort);
            var results = StepResult.Of(plan, await ResultsAsync(job, abort), chinese);
            var (answer, model) = await plans.Merge.MergeAsync(text, plan, results, chinese, abort);
            await EndAsync(answer, model, results.All(result => result.Succeeded), stopping);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            await plans.Pool.ApplyAsync(new CancelWork(Id<Job>.Parse(job), null, "The plan was stopped."), cancel: stopping);
            throw;
        }
    }

    /// <summary>No machine is needed: the assistant answers, and the run is its own from here on.</summary>
    private async Task AnswerAsync(CancellationToken stopping, CancellationToken abort)
    {
        await Kit.Database.WriteAsync(tx => PlanStore.Forget(tx, Run.Id), abort);
        using var answer = new AgentRun(Run, Kit, Logger);
        await answer.AnswerAsync(stopping, abort);
    }

    private async Task<(PlanModel Plan, string Job)> ShowAsync(PlanModel plan, bool chinese, CancellationToken abort)
    {
        var job = Id<Job>.New(Kit.Time).ToString();
        await Kit.Database.WriteAsync(
            tx =>
            {
                PlanStore.Set(tx, Run.Id, plan, job);
                Kit.Tell(tx, Run, "agent_start", RunEventJson.AgentStart(Run.Id, HubMachine.Name, plan.By, resumed: false));
                Kit.Tell(tx, Run, "notice", RunEventJson.Notice(Run.Id, "plan", "info", PlanTexts.Shown(plan, job, chinese)));
            },
            abort);
        return (plan, job);
    }

    /// <summary>Once: a hub that was killed after it finds the job.</summary>
    private async Task SubmitAsync(PlanModel plan, string job, UserRow user, string text, CancellationToken abort)
    {
        if (await Kit.Database.ReadAsync(tx => PoolStore.Job(tx, job), abort) is null)
        {
            var steps = plan.Subtasks.Select(step => new PlanRunStep(step.Id, step.Description, step.Skills, step.DependsOn, step.Node)).ToList();
            await plans.Jobs.SubmitAsync(user.As(Scopes.Ask | Scopes.Run), Id<Job>.Parse(job), PlanDesk.Request(new PlanRun(text, steps)), abort);
        }
    }

    private async Task<IReadOnlyList<ResultModel>> ResultsAsync(string job, CancellationToken abort)
    {
        while (true)
        {
            using var watcher = plans.Feeds.Watch(job);
            if (await Kit.Database.ReadAsync(tx => PoolStore.Job(tx, job), abort) is not { } row || row.State.IsFinal())
            {
                break;
            }

            // Looks again now and then, since a watcher that is too slow is cut.
            await watcher.ReadAsync(change => change.Job.State.IsFinal(), _look, Kit.Time, abort);
        }

        return await Kit.Database.ReadAsync(
            tx => PoolStore.Job(tx, job) is { } over ? PoolStore.Results(tx, over.Number, 0, PlanHeuristics.MostSteps) : [], abort);
    }

    private Task EndAsync(string answer, string model, bool well, CancellationToken stopping) => Kit.Database.WriteAsync(
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
            var outcome = well ? "completed" : "failed";
            Kit.Tell(tx, Run, "message_end", RunEventJson.MessageEnd(Run.Id, message));
            Kit.Tell(tx, Run, "agent_end", RunEventJson.AgentEnd(Run.Id, outcome, well ? null : "Not every step succeeded.", Usage.None));
            PlanStore.Forget(tx, Run.Id);
            Kit.Ends.Ended(tx, Run, outcome);
        },
        stopping);
}
