using Muster.Hub.Accounts;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Routing.Rules;
using Muster.Hub.Together;

namespace Muster.Hub.Chat;

/// <summary>Runs slash commands, which need no model and no machine unless they say so.</summary>
internal sealed class CommandDesk(CommandBook book, RouteDesk routes, Replies replies, Stops stops, People people, BackgroundWork background, TimeProvider time)
{
    /// <returns>What is left to be handled as a message: all of one that is no command, the rest of one that says how; null: nothing.</returns>
    public Turn? Handle(Turn turn)
    {
        var (named, work) = MachineNaming.Split(turn.Work, turn.Machines);
        var toHub = HubNamedRule.Split(turn.Work, turn.Machines);
        work = toHub ?? work;
        if (named is null && FleetWish.CommandIn(turn.Work) is var (many, misplaced))
        {
            if (StopWords.Is(misplaced))
            {
                Stop(turn, null);
                return null;
            }

            replies.Answer(turn, "command", turn.Texts.CommandForMany(many, misplaced, (turn.Node(turn.Active) ?? (turn.Nodes is [var first, ..] ? first : null))?.Name), "warning");
            return null;
        }

        if (book.Read(work) is not { } written)
        {
            return turn;
        }

        var result = book.Run(written, argument => Call(turn, argument) with { Named = named?.Id, OnHub = toHub is not null });
        if (result is not CommandResult.Deliver)
        {
            ConversationTitles.ByCommand(turn.Tx, turn.Conversation, work);
        }

        switch (result)
        {
            case CommandResult.Deliver deliver:
                return Deliver(turn, deliver, toHub is not null ? HubMachine.Name : named?.Name);
            case CommandResult.Stop:
                Stop(turn, named);
                break;
            case CommandResult.Say say:
                replies.Answer(turn, "command", say.Text, say.Level);
                break;
            case CommandResult.Later:
                MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Answered);
                break;
            case CommandResult.Activate activate:
                Activate(turn, activate);
                break;
            case CommandResult.ToNode { ForGuests: false } when turn.User.Role == "guest":
                replies.Answer(turn, "command", turn.Chinese ? "访客不能运行命令。" : "A guest may not run commands.", "error");
                break;
            case CommandResult.ToNode when toHub is not null:
                replies.Answer(turn, "command", turn.Texts.NotOnHub, "warning");
                break;
            case CommandResult.ToNode when turn.Running is not null:
                replies.Queue(turn, null);
                break;
            case CommandResult.ToNode command:
                routes.Command(turn, command, named);
                break;
            case var other:
                throw new InvalidOperationException($"Nothing is done for {other}.");
        }

        return null;
    }

    private CommandCall Call(Turn turn, string argument)
    {
        var running = turn.Running is { } run ? new RunningWork(run.Id, turn.Node(run.NodeId)?.Name ?? (run.NodeId == HubMachine.Name ? HubMachine.Name : "?")) : null;
        return new CommandCall(argument, turn.Nodes, turn.Active, running, turn.Chinese, time.GetUtcNow())
        {
            Tx = turn.Tx, User = turn.User, Conversation = turn.Conversation.Id, MessageId = turn.Message.Id, MayApprove = turn.Message.MayApprove != 0,
        };
    }

    /// <summary>One that is addressed, had to wait, or that something other than a person says: any other stops before all of this.</summary>
    private void Stop(Turn turn, Machine? named)
    {
        if (named is not null && turn.Running is { } run && run.NodeId != named.Id && run.NodeId != HubMachine.Name)
        {
            replies.Answer(turn, "command", turn.Texts.NotThere(named.Name, turn.Node(run.NodeId)?.Name ?? "?"), "warning");
            return;
        }

        // Of a plan, or a request to many machines, the others go on.
        var alone = turn.Running?.NodeId == HubMachine.Name ? named?.Name : null;
        MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Stopping, target: alone);
        turn.Tx.OnCommitted(() => background.Start(stopping => stops.AnswerAsync(turn.Conversation.Id, turn.Message.Id, alone, turn.Chinese, stopping)));
    }

    /// <param name="address">Name of a machine, or the hub's, that stood before the command.</param>
    private Turn? Deliver(Turn turn, CommandResult.Deliver deliver, string? address)
    {
        var work = address is null ? deliver.Text : $"@{address} {deliver.Text}";
        MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Accepted, work: work);
        var left = turn with { Message = turn.Message with { Work = work, Interrupt = deliver.Queue ? turn.Message.Interrupt : 1 } };
        if (!deliver.Queue || turn.Running is null)
        {
            return left;
        }

        replies.Queue(left, null);
        return null;
    }

    private void Activate(Turn turn, CommandResult.Activate activate)
    {
        var id = activate.Node.Id.ToString();
        ConversationStore.SetNode(turn.Tx, turn.Conversation.Id, id);
        UserStore.SetActiveNode(turn.Tx, turn.User.Id, id);
        people.Changed(turn.Tx, turn.User.Id);
        replies.Answer(turn, "command", activate.Text);
    }
}
