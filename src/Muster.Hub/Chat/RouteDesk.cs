using Muster.Hub.Accounts;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Fleet;
using Muster.Hub.Planning;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Routing.Rules;
using Muster.Hub.Together;

namespace Muster.Hub.Chat;

/// <summary>Carries out what the router decides about a message that no run takes up.</summary>
internal sealed class RouteDesk(Router router, RouteModel model, AssistantOptions options, Launcher launcher, Replies replies)
{
    /// <summary>It is addressed to the hub itself, or to be planned there.</summary>
    public bool IsForHub(Turn turn) => IsForMany(turn) || IsPlan(turn) || IsNamedHub(turn);

    /// <summary>A machine that is called so comes first.</summary>
    public static bool IsForMany(Turn turn) =>
        turn.User.Rank >= Role.Member && turn.Message.MayRun != 0 && FleetWish.Parse(turn.Work) is not null && MachineNaming.Split(turn.Work, turn.Machines).Machine is null;

    /// <summary>It begins work of its own at the hub, and is nothing that other work could take up.</summary>
    public bool IsWorkOfItsOwn(Turn turn) => IsForMany(turn) || IsPlan(turn);

    public bool IsPlan(Turn turn) => options.Plans && turn.User.Rank >= Role.Member && turn.Message.MayRun != 0 && (PlanHeuristics.IsWish(turn.Work) || Several(turn) is not null);

    /// <summary>Parts for machines on each of which this user may run a task.</summary>
    private static IReadOnlyList<string>? Several(Turn turn) => SeveralMachines.Split(turn.Work, [.. turn.Machines.Where(machine =>
        turn.Node(machine.Id) is { Dialect: NodeDialect.Muster } node && (node.Owner == turn.User.Key || node.Runners.Contains(turn.User.Key)))]);

    private bool IsNamedHub(Turn turn) => options.Hub && HubNamedRule.Split(turn.Work, turn.Machines) is not null;

    /// <summary>Why what is asked for in so many words is not done for whoever sent it: both run tasks.</summary>
    public string? Refusal(Turn turn) =>
        (turn.User.Rank >= Role.Member && turn.Message.MayRun != 0) || turn.Direct is not null || MachineNaming.Split(turn.Work, turn.Machines).Machine is not null ? null
        : FleetWish.Parse(turn.Work) is not null || (options.Plans && PlanHeuristics.IsWish(turn.Work)) ? turn.Texts.MayNotRun(turn.User.Rank == Role.Guest)
        : null;

    /// <returns>What a model has to be asked before it can be decided.</returns>
    public RouteQuestion? Route(Turn turn)
    {
        if (IsForMany(turn))
        {
            launcher.StartOnHub(turn, turn.Work, turn.Texts.AskedForMany, HubRunKind.Fleet);
            return null;
        }

        if (IsPlan(turn))
        {
            var several = Several(turn);
            launcher.StartOnHub(
                turn, several is null ? PlanHeuristics.WithoutWish(turn.Work) : string.Join("\n- ", several), several is null ? turn.Texts.AskedForPlan : turn.Texts.NamedSeveral, HubRunKind.Plan);
            return null;
        }

        var request = new RouteRequest(turn.Work, turn.Machines, turn.Active, turn.Chinese) { MayAskModel = model.IsThere, Hub = options.Ability, Direct = turn.Direct };
        var decision = router.Decide(request);
        if (decision is RouteDecision.AskModel)
        {
            if (turn.Choice is not { } choice)
            {
                return new RouteQuestion(turn.Message.Id, turn.Work, request.Online, turn.Active);
            }

            // While it was asked the machine may have gone.
            decision = request.Online.FirstOrDefault(machine => machine.Id == choice.MachineId) is { } chosen
                ? new RouteDecision.Go(chosen, turn.Texts.ByModel(chosen.Name, choice.Why))
                : router.Decide(request with { MayAskModel = false }).And(choice.Unasked is { } why ? turn.Texts.NotByModel(why) : null);
        }

        Carry(turn, decision);
        return null;
    }

    /// <summary>A command for a machine. Its own words name none, "cat on nas" is a command and not an address, but for the coding session that it is for.</summary>
    public void Command(Turn turn, CommandResult.ToNode command, Machine? named) => Carry(
        turn with { Message = turn.Message with { Work = command.Text } },
        router.Decide(new RouteRequest(named is null ? SessionOf(turn, command) : "@" + named.Name, turn.Machines, turn.Active, turn.Chinese) { IsForCommand = true }),
        turn,
        plain: true);

    private static string SessionOf(Turn turn, CommandResult.ToNode command) =>
        command.Session is { } session && turn.Machines.Any(machine => machine.Sessions.Contains(session, StringComparer.OrdinalIgnoreCase)) ? session : "";

    /// <param name="asked">The turn with the message as it was written, for what is asked back.</param>
    private void Carry(Turn turn, RouteDecision decision, Turn? asked = null, bool plain = false)
    {
        switch (decision)
        {
            case RouteDecision.Go go:
                launcher.Start(turn, turn.Node(go.Machine.Id)!, go.Reason, plain);
                break;
            case RouteDecision.OnHub hub:
                launcher.StartOnHub(turn, hub.Work, hub.Reason);
                break;
            case RouteDecision.Offline offline:
                replies.OfferToWait(asked ?? turn, turn.Node(offline.Machine.Id)!, offline.Text);
                break;
            case RouteDecision.Ask ask:
                replies.AskWhich(asked ?? turn, ask.Text);
                break;
            case RouteDecision.Nobody nobody:
                replies.Answer(asked ?? turn, "no_machine", nobody.Text, "warning");
                break;
        }
    }
}
