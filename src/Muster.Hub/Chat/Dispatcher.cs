using Muster.Hub.Accounts;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Fleet;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>Decides what becomes of a message: an answer to a question, a command, a steer of the run that goes on, or a new run.</summary>
internal sealed class Dispatcher(NodeDirectory nodes, People people, RouteDesk routes, CommandDesk commands, Launcher launcher, Replies replies, ThreadStore threads)
{
    /// <summary>Handles the oldest accepted message.</summary>
    /// <param name="choice">What a model has chosen since this message was last looked at.</param>
    public Handled HandleNext(Transaction tx, string conversationId, RouteChoice? choice = null)
    {
        if (MessageStore.Next(tx, conversationId) is not { } message || ConversationStore.Find(tx, conversationId) is not { } conversation
            || people.Get(message.UserId) is not { Disabled: false } user)
        {
            return Handled.None;
        }

        var turn = new Turn(tx, conversation, message, user, RunStore.Current(tx, conversationId), NodesFor(user))
        {
            Choice = choice?.MessageId == message.Id ? choice : null,
        };
        try
        {
            return Handle(turn) is { } question ? new Handled(true, question) : Handled.One;
        }
        catch (NodeUndeliverableException error)
        {
            replies.Answer(turn, "undeliverable", error.Message, "error");
            return Handled.One;
        }
    }

    /// <summary>A machine that would let a guest's run change something is none for a guest.</summary>
    private IReadOnlyList<NodeSnapshot> NodesFor(UserRow user) =>
        user.Rank == Role.Guest ? [.. nodes.For(user.Key).Where(node => !node.Online || node.TakesGuests)] : nodes.For(user.Key);

    /// <summary>Ends the oldest accepted message, which cannot be handled, with a sentence: the ones behind it must not wait for ever.</summary>
    public void GiveUp(Transaction tx, string conversationId)
    {
        if (MessageStore.Next(tx, conversationId) is { } message)
        {
            MessageStore.Set(tx, message.Id, MessageState.Answered);
            threads.Append(tx, conversationId, "notice", EventJson.Notice(
                "failed", "The hub failed at this message, so nothing was done. Send it again; if it fails again, see the hub's log (muster logs).", "error", message.Id));
        }
    }

    /// <returns>What a model has to be asked first; the message waits for that as it is.</returns>
    private RouteQuestion? Handle(Turn turn)
    {
        if (turn.Message.IsOfSchedule && turn.Running is not null)
        {
            // What was planned long before is not about the work that happens to go on.
            replies.Queue(turn, null);
        }
        else if (turn.Message.Target is not null)
        {
            Deliver(turn, turn.Message.Target, turn.Message.IsOfSchedule ? turn.Texts.Planned : null);
        }
        else if (!AnswersQuestion(turn))
        {
            if (commands.Handle(turn) is not { } left)
            {
                return null;
            }

            if (routes.Refusal(left) is { } why)
            {
                replies.Answer(left, "command", why, "warning");
                return null;
            }

            if (left.Running is not { } running)
            {
                return routes.Route(left);
            }

            if (AnswerWords.Is(left.Work) && Approvals.In(turn.Tx, turn.Conversation.Id) is { Count: > 0 } waiting)
            {
                replies.Answer(left, "command", ApprovalLines.Unanswered(waiting, left.Chinese), "warning");
                return null;
            }

            WhileRunning(left, running);
        }

        return null;
    }

    /// <summary>True when the message was the answer to what the hub had asked; anything else withdraws the question.</summary>
    private bool AnswersQuestion(Turn turn)
    {
        var conversation = turn.Conversation;
        if (conversation.PendingKind is null || turn.Message.IsOfSchedule || (conversation.PendingKind == Replies.Which && CommandBook.IsCommand(MachineNaming.Split(turn.Message.Text, turn.Machines).Work)))
        {
            return false;
        }

        if (conversation.PendingKind == Replies.Which && Router.NumberOfNone(turn.Message.Text, conversation.PendingNode) is { } number)
        {
            replies.AskAgain(turn, conversation.PendingText!, number);
            return true;
        }

        ConversationStore.SetPending(turn.Tx, conversation.Id, null);
        if (AnswerWords.IsNo(turn.Message.Text))
        {
            replies.Answer(turn, "command", turn.Chinese ? "好的，什么都没有做。" : "All right: nothing was done.");
            return true;
        }

        if (conversation.PendingKind == Replies.Command && AnswerWords.IsYes(turn.Message.Text))
        {
            return commands.Handle(turn with { Message = turn.Message with { Work = conversation.PendingText } }) is null;
        }

        if (conversation.PendingKind == Replies.Which && Router.Answer(turn.Message.Text, turn.Machines, conversation.PendingNode?.Split(' ') ?? []) is { } chosen)
        {
            var meant = turn with { Message = turn.Message with { Work = conversation.PendingText } };
            MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Accepted, work: conversation.PendingText);
            Deliver(meant, chosen.Id, turn.Texts.Chosen(chosen.Name));
            return true;
        }

        if (conversation.PendingKind == Replies.OfflineOffer && AnswerWords.IsYes(turn.Message.Text) && turn.Node(conversation.PendingNode) is { } node)
        {
            var meant = turn with { Message = turn.Message with { Work = conversation.PendingText } };
            if (node.Online)
            {
                MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Accepted, work: conversation.PendingText);
                Deliver(meant, conversation.PendingNode!);
            }
            else
            {
                MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Waiting, target: conversation.PendingNode, work: conversation.PendingText);
                replies.Note(turn, "waiting", turn.Texts.WillRun(node.Name), turn.Message.Id, node.Name);
            }

            return true;
        }

        if (conversation.PendingKind == Replies.Which && conversation.PendingText is { } asked && asked != turn.Work)
        {
            replies.Note(turn, "withdrawn", turn.Texts.NeverSaidWhich(asked));
        }

        return false;
    }

    private void Deliver(Turn turn, string target, string? reason = null)
    {
        if (turn.Node(target) is not { } node)
        {
            replies.Answer(turn, "unknown_machine", turn.Texts.NoneOnline(turn.Machines), "warning");
        }
        else if (turn.Running is { } running && (running.NodeId != target || running.Stopping))
        {
            replies.Queue(turn, node, target);
        }
        else if (!node.Online)
        {
            replies.OfferToWait(turn, node, turn.Texts.Offline(node.Name));
        }
        else if (turn.Running is not null && launcher.IsCommand(turn))
        {
            replies.Queue(turn, node, target);
        }
        else if (turn.Running is { } same)
        {
            launcher.Steer(turn, same, node);
        }
        else
        {
            launcher.Start(turn, node, reason ?? turn.Texts.Returned(node.Name));
        }
    }

    private void WhileRunning(Turn turn, RunRow running)
    {
        var named = MachineNaming.Find(turn.Work, turn.Machines);
        var (forHub, onHub, plan) = (routes.IsForHub(turn), running.NodeId == HubMachine.Name, routes.IsPlan(turn));
        var worker = turn.Node(running.NodeId);
        if (!running.Stopping && launcher.HubIsNamed(running, turn.Work))
        {
            launcher.SteerOnHub(turn, running);
        }
        else if (named is not null && named.Id != running.NodeId && !plan)
        {
            replies.Queue(turn, turn.Node(named.Id)!);
        }
        else if (!forHub && MachineNaming.Unknown(turn.Work, turn.Machines) is { } unknown)
        {
            replies.Answer(turn, "no_machine", turn.Texts.UnknownAddress(unknown, turn.Machines), "warning");
        }
        else if (onHub && !running.Stopping && launcher.HubTakes(running, forHub) && !routes.IsWorkOfItsOwn(turn))
        {
            launcher.SteerOnHub(turn, running);
        }
        else if (onHub || forHub || running.Stopping || worker is null)
        {
            replies.Queue(turn, plan);
        }
        else if (!worker.Online)
        {
            replies.OfferToWait(turn, worker, turn.Texts.OfflineWorking(worker.Name));
        }
        else
        {
            launcher.Steer(turn, running, worker);
        }
    }
}

/// <summary>What became of the oldest message.</summary>
/// <param name="Any">There was one.</param>
/// <param name="Question">It waits for a model's answer to this.</param>
internal sealed record Handled(bool Any, RouteQuestion? Question = null)
{
    public static Handled None { get; } = new(false);

    public static Handled One { get; } = new(true);
}
