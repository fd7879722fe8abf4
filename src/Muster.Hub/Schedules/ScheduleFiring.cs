using Muster.Hub.Chat;
using Muster.Hub.Chat.Notices;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Accounts;
using Muster.Hub.Fleet;
using Muster.Hub.Routing.Commands;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Schedules;

/// <summary>
/// Tells what is due, in one transaction with the schedule's moving on: whatever happens to the hub, both are stored or neither is, so that
/// nothing comes twice and nothing is missed.
/// </summary>
internal sealed class ScheduleFiring(NoticeDesk notices, ThreadStore threads, NodeDirectory nodes, People people, Wakes wakes, ScheduleOptions options, TimeProvider time)
{
    /// <returns>How many were taken; as many as <see cref="ScheduleOptions.Batch"/> means that more may be due.</returns>
    public int Fire(Transaction tx)
    {
        var now = time.GetUtcNow();
        var due = ScheduleStore.Claim(tx, now.ToUnixTimeMilliseconds(), options.Batch);
        ScheduleStore.Moved(tx, due.Select(row => Fire(tx, row, now)).ToList());
        return due.Count;
    }

    private ScheduleRow Fire(Transaction tx, ScheduleRow row, DateTimeOffset now)
    {
        var due = DateTimeOffset.FromUnixTimeMilliseconds(row.NextAt ?? now.ToUnixTimeMilliseconds());
        DateTimeOffset? next;
        try
        {
            next = ScheduleRule.Of(row).Next(due, now);
        }
        catch (ScheduleMistakeException gone)
        {
            notices.Tell(tx, row.UserId, new NoticeText("schedule_ended", $"#{ScheduleTexts.Short(row.Id)}: {gone.Text(row.Chinese == 1)}", "warning"), row.ConversationId);
            return row with { State = ScheduleWords.Ended, NextAt = null, LastOutcome = ScheduleWords.NoZone };
        }

        var told = row.IsInstruction ? Give(tx, row, due, now) : Tell(tx, row, due, now);
        if (told.State == ScheduleWords.Paused)
        {
            // It did not come: the last one, too, comes once it is resumed.
            return told with { NextAt = next?.ToUnixTimeMilliseconds() ?? row.NextAt, LastAt = now.ToUnixTimeMilliseconds() };
        }

        var runs = row.Runs + 1;
        var over = next is null || runs >= row.MaxRuns;
        return told with { Runs = runs, State = over ? ScheduleWords.Ended : row.State, NextAt = over ? null : next?.ToUnixTimeMilliseconds(), LastAt = now.ToUnixTimeMilliseconds() };
    }

    private ScheduleRow Tell(Transaction tx, ScheduleRow row, DateTimeOffset due, DateTimeOffset now)
    {
        var late = now - due >= options.Late;
        var text = ScheduleTexts.For(row.Chinese == 1).Told(row, due, now, late);
        var number = notices.Tell(tx, row.UserId, new NoticeText("reminder", text), row.ConversationId);
        return row with { LastOutcome = late ? ScheduleWords.ToldLate : ScheduleWords.Told, InboxNumber = number };
    }

    private ScheduleRow Give(Transaction tx, ScheduleRow row, DateTimeOffset due, DateTimeOffset now)
    {
        if (SpendingLimits.Of(tx, row.Id) is { Max: { } max, Left: 0 } state)
        {
            var paused = SpendingTexts.For(row.Chinese == 1).Paused(row.Id, row.Text, max, state);
            return row with { State = ScheduleWords.Paused, LastOutcome = ScheduleWords.NoCredits, InboxNumber = notices.Tell(tx, row.UserId, new NoticeText("budget", paused, "warning"), row.ConversationId), MessageId = null };
        }

        if (Waits(tx, row))
        {
            return row with { LastOutcome = ScheduleWords.Skipped };
        }

        var mine = nodes.For(people.Get(row.UserId)!.Key).Where(known => row.NodeId is null || known.Id.ToString() == row.NodeId).ToList();
        if (row.NodeId is not null && mine.Count == 0)
        {
            return Missed(tx, row, ScheduleWords.NoMachine, ScheduleTexts.For(row.Chinese == 1).NoMachine(row));
        }

        var node = row.NodeId is null ? null : mine[0];
        if (row.Session is not null && (node = NamedSession.MachineOf(mine, row, Active(tx, row))) is null)
        {
            return Missed(tx, row, ScheduleWords.NoSession, ScheduleTexts.For(row.Chinese == 1).NoSession(row, row.NodeId is null ? null : mine[0].Name));
        }

        var user = people.Get(row.UserId)!;
        var conversation = row.ConversationId ?? OwnConversation(tx, row, node?.Id.ToString());
        // A command is taken word for word, so nothing may stand behind it.
        var late = now - due >= options.Late && row.Text is not ['/' or '$', ..];
        var text = ScheduleTexts.For(row.Chinese == 1).Told(row, due, now, late);
        var id = Id<Message>.New(time).ToString();
        var number = threads.Append(tx, conversation, "user_message", EventJson.UserMessage(id, text, now, user.Username, MessageStore.OfSchedule));
        MessageStore.Add(
            tx, new MessageRow { Id = id, ConversationId = conversation, UserId = row.UserId, Number = number, Text = text, ScheduleId = row.Id, KeyId = row.KeyId, MayRun = row.MayRun, State = MessageState.Accepted }, MessageStore.OfSchedule);
        if (node is not null)
        {
            // What a command says in words, the machine's rules turn into a call of its tool, without a model.
            MessageStore.Set(tx, id, MessageState.Accepted, target: node.Id.ToString(), work: row.Session is null ? null : SendCommand.Text($"{row.Session}: {text}"));
        }

        tx.OnCommitted(() => wakes.Conversation(conversation));
        return row with { LastOutcome = row.Session is null ? ScheduleWords.Given : ScheduleWords.GivenToSession, MessageId = id, InboxNumber = null };
    }

    /// <summary>What was asked in no conversation has one of its own, and not the one that happens to be the newest.</summary>
    private string OwnConversation(Transaction tx, ScheduleRow row, string? node)
    {
        var conversation = ConversationStore.Create(tx, row.UserId, "", node, time).Id;
        ScheduleStore.SetConversation(tx, row.Id, conversation);
        return conversation;
    }

    private ScheduleRow Missed(Transaction tx, ScheduleRow row, string outcome, string sentence) => row with
    {
        LastOutcome = outcome, InboxNumber = notices.Tell(tx, row.UserId, new NoticeText("reminder", sentence, "warning"), row.ConversationId), MessageId = null,
    };

    private string? Active(Transaction tx, ScheduleRow row) =>
        (row.ConversationId is { } conversation ? ConversationStore.Find(tx, conversation)?.NodeId : null) ?? people.Get(row.UserId)?.ActiveNode;

    /// <summary>Nobody is helped by a second one behind the first: a queue would only grow.</summary>
    private static bool Waits(Transaction tx, ScheduleRow row) =>
        row.MessageId is not null && MessageStore.Find(tx, row.MessageId)?.State is MessageState.Accepted or MessageState.Queued or MessageState.Waiting;
}
