using Muster.Hub.Accounts;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Schedules;

namespace Muster.Hub.Chat;

/// <summary>Runs slash commands, which need no model and no machine unless they say so.</summary>
internal sealed class CommandDesk(CommandBook book, Router router, Launcher launcher, Replies replies, People people, Reminders reminders, TimeProvider time)
{
    /// <summary>False when the message is no command.</summary>
    public bool Handles(Turn turn)
    {
        var (named, work) = MachineNaming.Split(turn.Work, turn.Machines);
        if (!CommandBook.IsCommand(work))
        {
            return false;
        }

        var running = turn.Running is { } run ? new RunningWork(run.Id, turn.Node(run.NodeId)?.Name ?? "?") : null;
        switch (book.Run(work, argument => new CommandCall(argument, turn.Nodes, turn.Active, running, turn.Chinese, time.GetUtcNow())))
        {
            case CommandResult.Say say:
                replies.Answer(turn, "command", say.Text, say.Level);
                break;
            case CommandResult.Activate activate:
                Activate(turn, activate);
                break;
            case CommandResult.Remind remind:
                var (text, level) = reminders.Answer(turn, remind.Argument);
                replies.Answer(turn, "command", text, level);
                break;
            case CommandResult.Shell when turn.User.Role == "guest":
                replies.Answer(turn, "command", turn.Chinese ? "访客不能运行命令。" : "A guest may not run commands.", "error");
                break;
            case CommandResult.Shell when turn.Running is not null:
                replies.Queue(turn, null);
                break;
            case CommandResult.Shell shell:
                Shell(turn, shell.Command, named);
                break;
        }

        return true;
    }

    private void Activate(Turn turn, CommandResult.Activate activate)
    {
        var id = activate.Node.Id.ToString();
        ConversationStore.SetNode(turn.Tx, turn.Conversation.Id, id);
        UserStore.SetActiveNode(turn.Tx, turn.User.Id, id);
        people.Changed(turn.Tx, turn.User.Id);
        replies.Answer(turn, "command", activate.Text);
    }

    private void Shell(Turn turn, string command, Machine? named)
    {
        // The command's own words name no machine: "cat on nas" is a command, not an address.
        switch (router.Decide(new RouteRequest(named is null ? "" : "@" + named.Name, turn.Machines, turn.Active, turn.Chinese)))
        {
            case RouteDecision.Go go:
                launcher.Start(turn with { Message = turn.Message with { Work = "$ " + command } }, turn.Node(go.Machine.Id)!, go.Reason, plain: true);
                break;
            case RouteDecision.Offline offline:
                replies.OfferToWait(turn, turn.Node(offline.Machine.Id)!, offline.Text);
                break;
            case RouteDecision.Ask ask:
                replies.AskWhich(turn, ask.Text);
                break;
            case RouteDecision.Nobody nobody:
                replies.Answer(turn, "no_machine", nobody.Text, "warning");
                break;
        }
    }
}
