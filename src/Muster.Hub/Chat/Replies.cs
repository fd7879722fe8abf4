using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;

namespace Muster.Hub.Chat;

/// <summary>What the hub itself says in a thread.</summary>
internal sealed class Replies(ThreadStore threads)
{
    /// <summary>The hub asked which machine is meant.</summary>
    public const string Which = "which";

    /// <summary>The hub offered to wait for a machine.</summary>
    public const string OfflineOffer = "offline";

    /// <summary>The hub asked whether a command is to be carried out.</summary>
    public const string Command = "command";

    /// <summary>Ends a message with a sentence.</summary>
    public void Answer(Turn turn, string kind, string text, string level = "info")
    {
        MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Answered);
        Note(turn, kind, text, turn.Message.Id, null, level);
    }

    public void Note(Turn turn, string kind, string text, string? replyTo = null, string? node = null, string level = "info") =>
        threads.Append(turn.Tx, turn.Conversation.Id, "notice", EventJson.Notice(kind, text, level, replyTo, node));

    public void AskWhich(Turn turn, string text)
    {
        if (ConversationStore.Find(turn.Tx, turn.Conversation.Id) is { PendingKind: Which, PendingText: { } before } && before != turn.Work)
        {
            Note(turn, "withdrawn", turn.Texts.NeverSaidWhich(before));
        }

        AskWhichFor(turn, turn.Work, text);
    }

    /// <summary>The answer was a number that no machine has: the question stays, with the machines as they are now.</summary>
    public void AskAgain(Turn turn, string pending, int number) =>
        AskWhichFor(turn, pending, turn.Texts.NoSuchNumber(number, [.. turn.Machines.Where(machine => machine.Online)]));

    private void AskWhichFor(Turn turn, string pending, string text)
    {
        ConversationStore.SetPending(turn.Tx, turn.Conversation.Id, Which, pending, string.Join(' ', turn.Machines.Where(machine => machine.Online).Select(machine => machine.Id)));
        Answer(turn, "which_machine", text);
    }

    public void OfferToWait(Turn turn, NodeSnapshot node, string text)
    {
        if (turn.Message.IsOfSchedule && turn.Conversation.PendingKind is not null)
        {
            Answer(turn, "node_offline", turn.Texts.OfflineNotRun(node.Name), "warning"); // the person still owes an answer to another question
            return;
        }

        ConversationStore.SetPending(turn.Tx, turn.Conversation.Id, OfflineOffer, turn.Work, node.Id.ToString());
        Answer(turn, "node_offline", text, "warning");
    }

    /// <summary>Keeps what the hub does itself until the work that goes on has ended.</summary>
    public void Queue(Turn turn, bool asPlan)
    {
        MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Queued);
        Note(turn, "queued", asPlan ? turn.Texts.QueuedPlan : turn.Texts.QueuedAny);
    }

    /// <summary>Keeps the message until the run that goes on has ended.</summary>
    /// <param name="target">The machine that it must go to, where that is decided.</param>
    public void Queue(Turn turn, NodeSnapshot? node, string? target = null)
    {
        MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Queued, target: target);
        Note(turn, "queued", node is null ? turn.Texts.QueuedAny : turn.Texts.Queued(node.Name), null, node?.Name);
    }
}
