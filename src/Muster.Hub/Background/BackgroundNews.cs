using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Fleet;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Protocol.Link;
using Muster.Protocol.Transfers;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Background;

/// <summary>
/// Tells the ends of background tasks in the transaction in which the pool takes them: to the person in the thread and the inbox, and to
/// the assistant, at once where it works on that machine, else with the next message.
/// </summary>
internal sealed class BackgroundNews(NoticeDesk notices, ThreadStore threads, NodeDirectory nodes, People people, Wakes wakes, TimeProvider time)
{
    public void Write(Transaction tx, PoolEffects effects)
    {
        foreach (var (job, end) in effects.Background)
        {
            Tell(tx, job.Id, job.Owner.Id, job.Plan.Background!, end);
        }

        foreach (var (node, end) in effects.Late)
        {
            // It was given up, as its machine was away for long; what became of it is told all the same.
            if (end.JobId is { } id && PoolStore.Job(tx, id.ToString()) is { } row && PoolStore.Plan(tx, row.Number)?.Background is { } plan && plan.Node == node.ToString())
            {
                Tell(tx, id, Id<User>.Parse(row.Owner), plan, end);
            }
        }
    }

    private void Tell(Transaction tx, Id<Job> job, Id<User> owner, BackgroundPlan plan, AttemptEnd end)
    {
        var (user, texts) = (owner.ToString(), BackgroundTexts.Of(job, plan, end));
        var conversation = ConversationStore.Find(tx, plan.Conversation) is { } found && found.UserId == user ? found.Id : null;
        var node = nodes.All.FirstOrDefault(known => known.Id.ToString() == plan.Node);
        notices.Tell(tx, user, new NoticeText(texts.Kind, texts.Notice, texts.Level, node?.Name), conversation);
        if (conversation is null)
        {
            return;
        }

        if (RunStore.Find(tx, plan.Run) is { State: "ended" })
        {
            Approvals.Withdraw(tx, threads, "run_id = @run and state = 'waiting'", new { run = plan.Run });
        }

        var number = ConversationStore.Find(tx, conversation)!.LastNumber;
        if (texts.Cut && end.Log is { Size: > 0, Sha256.Length: ContentHash.Length } log)
        {
            threads.Append(tx, conversation, "file", FileEvents.Json($"task-{TaskIds.Of(job, 0).Short}.txt", ContentHash.Of(log.Sha256.Span), log.Size, node?.Name));
        }

        if (plan.Then.Length > 0 && end.Outcome != AttemptOutcome.Stopped && people.Get(user) is { Disabled: false } asking)
        {
            Ask(tx, conversation, asking, plan, texts);
        }
        else
        {
            FollowUp(tx, conversation, user, number, plan, texts);
        }
    }

    /// <summary>What was to be done then is done now, as a schedule's instruction would be.</summary>
    private void Ask(Transaction tx, string conversation, UserRow user, BackgroundPlan plan, BackgroundTexts texts)
    {
        var id = Id<Message>.New(time).ToString();
        // The instruction is the agent's own: it stands behind a word, so that it can never be a command.
        var text = $"{(plan.Chinese ? "后台任务结束了，请按约定继续：" : "The background task is over; now, as planned: ")}{plan.Then}\n\n{texts.ForAgent}";
        var number = threads.Append(tx, conversation, "user_message", EventJson.UserMessage(id, text, time.GetUtcNow(), user.Username, MessageStore.OfTask));
        var began = RunStore.Find(tx, plan.Run) is { } run ? MessageStore.Find(tx, run.MessageId) : null; // whose limits it was begun under
        MessageStore.Add(
            tx, new MessageRow { Id = id, ConversationId = conversation, UserId = user.Id, Number = number, Text = text, KeyId = began?.KeyId, MayRun = began?.MayRun ?? 0, ScheduleId = began?.ScheduleId, State = MessageState.Accepted }, MessageStore.OfTask);
        MessageStore.Set(tx, id, MessageState.Accepted, target: plan.Node);
        tx.OnCommitted(() => wakes.Conversation(conversation));
    }

    private void FollowUp(Transaction tx, string conversation, string user, long number, BackgroundPlan plan, BackgroundTexts texts)
    {
        var id = Id<Message>.New(time).ToString();
        var run = RunStore.Current(tx, conversation) is { Stopping: false } current && current.NodeId == plan.Node && TrySteer(tx, current, id, texts.ForAgent) ? current.Id : null;
        MessageStore.Add(
            tx, new MessageRow { Id = id, ConversationId = conversation, UserId = user, Number = number, Text = texts.ForAgent, State = MessageState.Noted }, MessageStore.OfBackground);
        if (run is not null)
        {
            MessageStore.Set(tx, id, MessageState.Steered, run);
        }
    }

    private bool TrySteer(Transaction tx, RunRow run, string message, string text)
    {
        try
        {
            nodes.Enqueue(tx, Id<Node>.Parse(run.NodeId), Lane.Chat, new Frame { Steer = new Steer { RunId = run.Id, MessageId = message, Text = text, FollowUp = true } });
            return true;
        }
        catch (NodeUndeliverableException)
        {
            return false; // so much waits for that machine already: the next message brings it
        }
    }
}
