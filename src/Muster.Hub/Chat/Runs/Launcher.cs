using Muster.Hub.Accounts;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.ModelChoice;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Fleet;
using Muster.Hub.Planning;
using Muster.Hub.Routing;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Together;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Wire;

namespace Muster.Hub.Chat.Runs;

/// <summary>Starts and steers runs on machines, in the transaction that decides it.</summary>
internal sealed class Launcher(NodeDirectory nodes, ThreadStore threads, RunEnds ends, HubRuns hub, People people, CommandBook book, TimeProvider time)
{
    public void Start(Turn turn, NodeSnapshot node, string reason, bool plain = false)
    {
        var tx = turn.Tx;
        var conversation = turn.Conversation;
        var nodeId = node.Id.ToString();
        var work = turn.Work;
        if (!plain && book.ForMachine(MachineNaming.Split(work, turn.Machines).Work) is { } command)
        {
            // It had to wait for its machine, or for the answer to which one.
            (plain, work) = (true, command);
        }

        var run = new RunRow
        {
            Id = Id<Run>.New(time).ToString(), ConversationId = conversation.Id, NodeId = nodeId, MessageId = turn.Message.Id,
            Epoch = conversation.Epoch, State = "running",
        };
        var forward = new Forward
        {
            RunId = run.Id, ConversationId = conversation.Id, MessageId = turn.Message.Id, UserId = turn.User.Id, UserName = turn.User.Username,
            Epoch = (ulong)conversation.Epoch, Text = work, PlainCommand = plain, Owner = node.Owner == turn.User.Key, Guest = turn.User.Rank == Role.Guest,
            Language = turn.Chinese ? "zh" : "en", Model = plain ? "" : ModelOn(turn, nodeId, node.Name, node.Facts.Models),
        };
        ThreadContext.Fill(tx, forward, nodeId, conversation.LastNumber);
        nodes.Enqueue(tx, node.Id, Lane.Chat, new Frame { Forward = forward });
        ThreadContext.Seen(tx, conversation.Id, nodeId, conversation.LastNumber);
        RunStore.Add(tx, run, time.GetUtcNow());
        ends.Began(tx, run);
        MessageStore.Set(tx, turn.Message.Id, MessageState.Routed, run.Id);
        threads.Append(tx, conversation.Id, "routed", EventJson.Routed(turn.Message.Id, run.Id, nodeId, node.Name, reason, steered: false));
        if (turn.Direct is null)
        {
            // One word to another machine does not end what "/direct" began.
            ConversationStore.SetNode(tx, conversation.Id, nodeId);
            UserStore.SetActiveNode(tx, turn.User.Id, nodeId);
            people.Changed(tx, turn.User.Id);
        }

        ConversationTitles.ByMessage(tx, conversation, turn.Work, book);
    }

    /// <summary>Has the hub's own assistant do it, or plan it and run the plan, or ask many machines. It makes no machine active.</summary>
    public void StartOnHub(Turn turn, string work, string reason, HubRunKind kind = HubRunKind.Assistant)
    {
        var (tx, conversation) = (turn.Tx, turn.Conversation);
        var run = new RunRow
        {
            Id = Id<Run>.New(time).ToString(), ConversationId = conversation.Id, NodeId = HubMachine.Name, MessageId = turn.Message.Id,
            Epoch = conversation.Epoch, State = "running",
        };
        RunStore.Add(tx, run, time.GetUtcNow());
        ends.Began(tx, run);
        MessageStore.Set(tx, turn.Message.Id, MessageState.Routed, run.Id, work: work);
        threads.Append(
            tx, conversation.Id, "routed", EventJson.Routed(turn.Message.Id, run.Id, HubMachine.Name, HubMachine.Name, reason, steered: false), run: run.Id);
        ConversationTitles.ByMessage(tx, conversation, work, book);
        if (kind == HubRunKind.Plan)
        {
            PlanStore.Add(tx, run.Id);
        }
        else if (kind == HubRunKind.Fleet)
        {
            FleetStore.Add(tx, run.Id);
        }

        if (kind == HubRunKind.Assistant)
        {
            ModelOn(turn, HubMachine.Name, HubMachine.Name, hub.Models);
        }

        tx.OnCommitted(() => hub.Launch(run, kind));
    }

    /// <summary>A machine does it word for word; it is never shown to a model.</summary>
    public bool IsCommand(Turn turn) => book.ForMachine(MachineNaming.Split(turn.Work, turn.Machines).Work) is not null;

    /// <summary>The model that was chosen for the conversation; empty where there is none of that name, which is said once.</summary>
    private string ModelOn(Turn turn, string place, string name, IReadOnlyList<string> models)
    {
        if (turn.Conversation.Model is not { } wanted)
        {
            return "";
        }

        if (ModelNames.In(models, wanted) is { } found)
        {
            return found;
        }

        if (ConversationStore.MissesModel(turn.Tx, turn.Conversation.Id, place))
        {
            threads.Append(turn.Tx, turn.Conversation.Id, "notice", EventJson.Notice("model", turn.Texts.NoSuchModel(name, wanted), "warning")); // no reply: the answer comes
        }

        return "";
    }

    /// <summary>Whether what goes on at the hub takes a further message up; else it waits for its end.</summary>
    public bool HubTakes(RunRow run, bool toHub) => hub.Takes(run.Id, toHub);

    /// <summary>A part of what goes on at the hub is addressed.</summary>
    public bool HubIsNamed(RunRow run, string text) => hub.IsNamedIn(run.Id, text);

    public void SteerOnHub(Turn turn, RunRow run)
    {
        MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Steered, run.Id);
        threads.Append(
            turn.Tx, turn.Conversation.Id, "routed",
            EventJson.Routed(turn.Message.Id, run.Id, HubMachine.Name, HubMachine.Name, turn.Texts.Steers(HubMachine.Name), steered: true));
        turn.Tx.OnCommitted(() => hub.Steer(run.Id, turn.Message, turn.Work));
    }

    /// <summary>Hands a message to the run that goes on. It counts as delivered once the run shows it.</summary>
    public void Steer(Turn turn, RunRow run, NodeSnapshot node)
    {
        var steer = new Steer { RunId = run.Id, MessageId = turn.Message.Id, Text = turn.Work, Interrupt = turn.Message.Interrupt != 0 };
        nodes.Enqueue(turn.Tx, node.Id, Lane.Chat, new Frame { Steer = steer });
        MessageStore.Set(turn.Tx, turn.Message.Id, MessageState.Steered, run.Id);
        threads.Append(
            turn.Tx, turn.Conversation.Id, "routed",
            EventJson.Routed(turn.Message.Id, run.Id, run.NodeId, node.Name, turn.Texts.Steers(node.Name), steered: true));
    }
}
