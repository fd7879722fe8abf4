using Muster.Storage;

namespace Muster.Hub.Chat;

/// <summary>A person's message on its way to an answer.</summary>
internal sealed record MessageRow
{
    public required string Id { get; init; }
    public required string ConversationId { get; init; }
    public required string UserId { get; init; }
    public long Number { get; init; }
    public required string Text { get; init; }
    public long Interrupt { get; init; }

    /// <summary>Its sender's credential may answer approvals.</summary>
    public long MayApprove { get; init; }

    /// <summary>It may submit jobs.</summary>
    public long MayRun { get; init; }

    /// <summary>The key that it was sent with, and the schedule that it comes from: what it costs counts against their limits too.</summary>
    public string? KeyId { get; init; }
    public string? ScheduleId { get; init; }
    public required string State { get; init; }
    public string? RunId { get; init; }

    /// <summary>The machine that it must go to, once decided.</summary>
    public string? Target { get; init; }

    /// <summary>What is to be done, where it differs from the text: a question that this message answers made it so.</summary>
    public string? Work { get; init; }

    /// <summary>Where it came from; read with the row.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Planned before, by a schedule or for the end of a background task.</summary>
    public bool IsOfSchedule => Channel is MessageStore.OfSchedule or MessageStore.OfTask;
}

internal static class MessageState
{
    public const string Accepted = "accepted";
    public const string Routed = "routed";
    /// <summary>Sent to a run that goes on, which has not shown it yet.</summary>
    public const string Steered = "steered";
    /// <summary>Waits for the run of its conversation to end.</summary>
    public const string Queued = "queued";
    /// <summary>Waits for its machine to come back.</summary>
    public const string Waiting = "waiting";
    /// <summary>A stop that is being carried out; after a restart it is begun anew.</summary>
    public const string Stopping = "stopping";
    public const string Answered = "answered";
    /// <summary>Nobody said it; it is a part of what the assistant knows from the next run on.</summary>
    public const string Noted = "noted";
}

internal static class MessageStore
{
    /// <summary>The channel of what a schedule gives to the assistant.</summary>
    public const string OfSchedule = "schedule";

    /// <summary>The channel of what the assistant is to do when a background task is over.</summary>
    public const string OfTask = "task";

    /// <summary>The channel of what the assistant is told of a background task that is over.</summary>
    public const string OfBackground = "background";

    private const string Columns =
        """
        select id Id, conversation_id ConversationId, user_id UserId, number Number, text Text, interrupt Interrupt, may_approve MayApprove, may_run MayRun, key_id KeyId, schedule_id ScheduleId, state State, run_id RunId,
            target Target, work Work, channel Channel from messages
        """;

    public static MessageRow? Find(Transaction tx, string id) => tx.QueryFirst<MessageRow>(Columns + " where id = @id", new { id });

    /// <summary>The oldest that is to be handled now: while nothing goes on, and nobody was asked which machine is meant, one that was queued, too.</summary>
    public static MessageRow? Next(Transaction tx, string conversation) => tx.QueryFirst<MessageRow>(
        Columns + """
             where conversation_id = @conversation and state in ('accepted', 'queued')
                and (state = 'accepted' or not exists (select 1 from runs where conversation_id = @conversation and state <> 'ended')
                    and not exists (select 1 from conversations where id = @conversation and pending_kind = 'which'))
            order by number limit 1
            """,
        new { conversation });

    public static void Add(Transaction tx, MessageRow row, string channel) =>
        tx.Execute(
            """
            insert into messages (id, conversation_id, user_id, number, text, channel, interrupt, may_approve, may_run, key_id, schedule_id, state)
            values (@Id, @ConversationId, @UserId, @Number, @Text, @channel, @Interrupt, @MayApprove, @MayRun, @KeyId, @ScheduleId, @State)
            """,
            new { row.Id, row.ConversationId, row.UserId, row.Number, row.Text, channel, row.Interrupt, row.MayApprove, row.MayRun, row.KeyId, row.ScheduleId, row.State });

    public static void Set(Transaction tx, string id, string state, string? run = null, string? target = null, string? work = null) =>
        tx.Execute(
            "update messages set state = @state, run_id = @run, target = coalesce(@target, target), work = coalesce(@work, work) where id = @id",
            new { id, state, run, target, work });

    /// <summary>Handed to a run that has not shown them yet, oldest first.</summary>
    public static IReadOnlyList<MessageRow> Steered(Transaction tx, string run) =>
        tx.Query<MessageRow>(Columns + " where run_id = @run and state = 'steered' order by number", new { run });

    /// <summary>Those of them that nobody has been told: a plan hands them on to its agents.</summary>
    public static IReadOnlyList<MessageRow> Untaken(Transaction tx, string run) => tx.Query<MessageRow>(
        Columns + " where run_id = @run and state = 'steered' and channel <> 'background' and id not in (select message_id from job_messages) order by number", new { run });

    /// <summary>The run that it was handed to has taken it up.</summary>
    public static void Shown(Transaction tx, string id) => tx.Execute("update messages set state = 'routed' where id = @id and state = 'steered'", new { id });

    /// <summary>What the end of a run sets free of what was steered to it: messages that it never took up.</summary>
    public static void Release(Transaction tx, string run, bool again) => tx.Execute(
        "update messages set state = case when channel = 'background' then 'noted' else @state end where run_id = @run and state = 'steered'",
        new { run, state = again ? MessageState.Accepted : MessageState.Answered });

    /// <summary>Gives up what waits in a conversation that is stopped.</summary>
    public static IReadOnlyList<string> Withdraw(Transaction tx, string conversation) =>
        tx.Query<string>(
            "update messages set state = 'answered' where conversation_id = @conversation and state in ('accepted', 'queued', 'waiting') returning id",
            new { conversation });

    /// <summary>Messages for a machine that is back; returns their conversations.</summary>
    public static IReadOnlyList<string> Wake(Transaction tx, string node) =>
        tx.Query<string>("update messages set state = 'accepted' where state = 'waiting' and target = @node returning conversation_id", new { node });

    /// <summary>Messages for a machine that will not come back.</summary>
    public static IReadOnlyList<(string Id, string Conversation)> GiveUp(Transaction tx, string node) =>
        tx.Query<(string, string)>(
            "update messages set state = 'answered' where state = 'waiting' and target = @node returning id, conversation_id", new { node });

    /// <summary>Those that wait for the work of their conversation to end.</summary>
    public static long CountQueued(Transaction tx, string conversation) =>
        tx.Scalar<long>("select count(*) from messages where conversation_id = @conversation and state = 'queued'", new { conversation });

    /// <summary>Stops that a hub which went down did not end, oldest first.</summary>
    public static IReadOnlyList<MessageRow> Stopping(Transaction tx) => tx.Query<MessageRow>(Columns + " where state = 'stopping' order by number");

    /// <summary>False where its receipt was written before.</summary>
    public static bool Stopped(Transaction tx, string id) => tx.Execute("update messages set state = 'answered' where id = @id and state = 'stopping'", new { id }) > 0;

    public static IReadOnlyList<string> Unhandled(Transaction tx) =>
        tx.Query<string>("select distinct conversation_id from messages where state in ('accepted', 'queued')");
}
