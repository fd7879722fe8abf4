using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;

namespace Muster.Hub.Planning;

/// <summary>Analyses requests without running them, and has the pool run what came of it.</summary>
internal sealed class PlanDesk(NodeDirectory nodes, People people, PlanAsker asker, JobIntake jobs, HubPurses purses)
{
    public const int LongestText = 20_000;
    public const int LongestObjective = 20_000;

    /// <summary>For somebody outside of conversations, who pays for the model.</summary>
    /// <exception cref="ApiException">There is no text, or too much.</exception>
    public async Task<PlanModel> AnalyseAsync(string? text, SignedIn caller, CancellationToken cancel)
    {
        await using var purse = purses.AtOnce(caller);
        var plan = await AnalyseAsync(text, caller.User, purse, cancel);
        return purse.Refusal is { } why ? plan with { Reasoning = $"{plan.Reasoning} {PlanTexts.Unasked(why, chinese: false)}" } : plan;
    }

    /// <param name="purse">Says afterwards why the model was not asked, where it was not.</param>
    /// <inheritdoc cref="AnalyseAsync(string, SignedIn, CancellationToken)"/>
    public async Task<PlanModel> AnalyseAsync(string? text, Id<User> user, HubPurse purse, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(text) || text.Length > LongestText)
        {
            throw ApiException.Invalid("text", $"A request has 1 to {LongestText} characters.", "Send what is to be done, as you would write it in a conversation.");
        }

        var mine = nodes.For(user);
        var asked = asker.IsThere ? await asker.AskAsync(PlanHeuristics.WithoutWish(text), [.. mine.Where(node => node.Online).Select(node => node.Name)], purse, cancel) : null;
        return Placed(asked ?? PlanHeuristics.Analyse(text), mine, user, people.Get(user.ToString())?.ActiveNode, asked is not null);
    }

    /// <summary>Each subtask as an agent task of one job, after those that it depends on.</summary>
    public Task<JobModel> RunAsync(HttpContext context, PlanRun run)
    {
        var request = Request(run);
        Check(context.Caller().User, [.. run.Subtasks!.Select(step => (step.Description, step.Node))]);
        return jobs.SubmitAsync(context, request);
    }

    /// <summary>A step for a machine that takes no tasks of this user would wait for ever, and what is addressed to one that there is not is done nowhere else.</summary>
    /// <exception cref="ApiException">There is such a step.</exception>
    public void Check(Id<User> user, IReadOnlyList<(string Description, string? Node)> steps)
    {
        var mine = nodes.For(user);
        var machines = mine.Where(node => node.Dialect == NodeDialect.Muster).Select(node => Turn.Described(node, user.ToString())).ToList();
        if (steps.Where(step => step.Node is null).Select(step => MachineNaming.Unknown(step.Description, machines)).FirstOrDefault(name => name is not null) is { } unknown)
        {
            throw ApiException.Conflict("Nothing of this plan was begun. " + RouteTexts.For(chinese: false).UnknownAddress(unknown, machines));
        }

        if (mine.FirstOrDefault(node => steps.Any(step => string.Equals(step.Node, node.Name, StringComparison.OrdinalIgnoreCase)) && !node.MayRun(user)) is { } closed)
        {
            throw ApiException.Forbidden(PlanPlaces.Closed(closed.Name));
        }
    }

    /// <exception cref="ApiException">Its steps cannot be run.</exception>
    public static JobRequest Request(PlanRun run) => PlanSpec.Request(run.Name, Steps(run));

    /// <inheritdoc cref="Request"/>
    public static JobPlan Job(PlanRun run) => PlanSpec.Compile(run.Name, Steps(run));

    private static IReadOnlyList<PlanRunStep> Steps(PlanRun run)
    {
        if (run.Subtasks is not { Count: > 0 and <= PlanHeuristics.MostSteps } steps)
        {
            throw ApiException.Invalid("subtasks", $"There are no subtasks, or more than {PlanHeuristics.MostSteps}.", "Send those of an analysis, or one of them.");
        }

        if (steps.Contains(null!))
        {
            throw ApiException.Invalid("subtasks", "One of the subtasks is null.", "Send each as an object with an id and a description.");
        }

        if (steps.FirstOrDefault(step => string.IsNullOrWhiteSpace(step.Description) || step.Description.Length > LongestObjective) is { } wrong)
        {
            throw ApiException.Invalid("subtasks", $"The description of \"{wrong.Id}\" is empty or longer than {LongestObjective} characters.", "Say what is to be done.");
        }

        return steps;
    }

    public WorkersModel Workers(Id<User> user)
    {
        var all = nodes.For(user).Where(node => node.Dialect != NodeDialect.Worker).Select(Worker).ToList();
        int Count(string status) => all.Count(worker => worker.Status == status);
        return new WorkersModel(all.Count, Count("online"), Count("busy"), Count("offline"), all);
    }

    private static PlanModel Placed(DraftPlan draft, IReadOnlyList<NodeSnapshot> mine, Id<User> user, string? active, bool byModel)
    {
        var machines = mine.Where(node => node.Dialect == NodeDialect.Muster).Select(node => Turn.Described(node, user.ToString())).ToList();
        var steps = draft.Steps.Select(step => PlanPlaces.Place(step, mine, machines, user, active)).ToList();
        return new PlanModel(
            draft.Complexity, draft.Reasoning, [.. steps.SelectMany(step => step.Skills).Distinct(StringComparer.Ordinal)], steps, steps.All(step => step.Placement == "hub"),
            byModel ? "model" : "rules");
    }

    private static WorkerModel Worker(NodeSnapshot node) => new(
        node.Id.ToString(), node.Name, !node.Online ? "offline" : node.Runs > 0 ? "busy" : "online", node.Online, node.Facts.Capabilities, node.Load, node.Runs, node.LastSeen);
}
