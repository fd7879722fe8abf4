using System.Text.Json;
using Google.Protobuf;
using Muster.Agents;
using Muster.Agents.Journal;
using Muster.Agents.Messages;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Assistant;

/// <summary>Runs, their journals, and what the agent knows of each conversation: the node's SQL.</summary>
internal static class RunStore
{
    /// <summary>False when this run was taken before.</summary>
    public static bool Add(Transaction transaction, Forward forward, DateTimeOffset at) =>
        transaction.Execute(
            """
            insert into runs (run_id, conversation_id, epoch, forward, state, created_at)
            values (@RunId, @ConversationId, @Epoch, @Bytes, 'running', @At) on conflict do nothing
            """,
            new { forward.RunId, forward.ConversationId, Epoch = (long)forward.Epoch, Bytes = forward.ToByteArray(), At = at.ToString("O") }) == 1;

    public static IReadOnlyList<Forward> Unfinished(Transaction transaction) =>
        [.. transaction.Query<byte[]>("select forward from runs where state = 'running' order by created_at").Select(Forward.Parser.ParseFrom)];

    /// <summary>Ends a run and forgets its journal: its events are in the outbox now, its messages in the context.</summary>
    public static void End(Transaction transaction, string runId)
    {
        transaction.Execute("update runs set state = 'ended', forward = x'' where run_id = @runId", new { runId });
        transaction.Execute("delete from journal where run_id = @runId", new { runId });
        transaction.Execute("delete from run_steers where run_id = @runId", new { runId });
    }

    /// <summary>The number of the next record. Read, not counted: one that the store refused leaves no gap.</summary>
    public static long Next(Transaction transaction, string runId) =>
        transaction.Scalar<long>("select coalesce(max(number) + 1, 0) from journal where run_id = @runId", new { runId });

    public static void Append(Transaction transaction, string runId, long number, JournalRecord record) =>
        transaction.Execute(
            "insert into journal (run_id, number, record) values (@runId, @number, @record)",
            new { runId, number, record = JsonSerializer.Serialize(record, AgentJson.Default.JournalRecord) });

    public static IReadOnlyList<JournalRecord> Journal(Transaction transaction, string runId) =>
    [
        .. transaction.Query<string>("select record from journal where run_id = @runId order by number", new { runId })
            .Select(record => JsonSerializer.Deserialize(record, AgentJson.Default.JournalRecord)!),
    ];

    /// <summary>False when it is there already.</summary>
    public static bool AddSteer(Transaction transaction, Steer steer) =>
        transaction.Execute(
            "insert into run_steers (run_id, message_id, steer) values (@RunId, @MessageId, @Bytes) on conflict do nothing",
            new { steer.RunId, steer.MessageId, Bytes = steer.ToByteArray() }) == 1;

    public static IReadOnlyList<Steer> Steers(Transaction transaction, string runId) =>
    [
        .. transaction.Query<byte[]>("select steer from run_steers where run_id = @runId order by message_id", new { runId })
            .Select(Steer.Parser.ParseFrom),
    ];

    public static bool IsRunning(Transaction transaction, string runId) =>
        transaction.Scalar<long>("select count(*) from runs where run_id = @runId and state = 'running'", new { runId }) == 1;

    public static IReadOnlyList<AgentMessage> Context(Transaction transaction, string conversationId) =>
    [
        .. transaction.Query<string>(
                "select message from context_messages where conversation_id = @conversationId order by position",
                new { conversationId })
            .Select(message => JsonSerializer.Deserialize(message, AgentJson.Default.AgentMessage)!),
    ];

    public static void AddToContext(Transaction transaction, string conversationId, IEnumerable<AgentMessage> messages)
    {
        var position = transaction.Scalar<long?>(
            "select max(position) from context_messages where conversation_id = @conversationId",
            new { conversationId }) ?? 0;
        foreach (var message in messages)
        {
            transaction.Execute(
                "insert into context_messages (conversation_id, position, message) values (@conversationId, @position, @message)",
                new
                {
                    conversationId,
                    position = ++position,
                    message = JsonSerializer.Serialize(message, AgentJson.Default.AgentMessage),
                });
        }
    }

    public static void ReplaceContext(Transaction transaction, string conversationId, IEnumerable<AgentMessage> messages)
    {
        transaction.Execute("delete from context_messages where conversation_id = @conversationId", new { conversationId });
        AddToContext(transaction, conversationId, messages);
    }

    /// <summary>Whether a stop was asked for that also means this message.</summary>
    public static bool IsStopped(Transaction transaction, Forward forward) =>
        transaction.Scalar<long>(
            "select count(*) from stopped_conversations where conversation_id = @ConversationId and epoch >= @Epoch",
            new { forward.ConversationId, Epoch = (long)forward.Epoch }) > 0;

    /// <summary>All that is known of a conversation, but which runs there were and that it was stopped: neither comes again.</summary>
    public static void Forget(Transaction transaction, string conversationId)
    {
        transaction.Execute("delete from context_messages where conversation_id = @conversationId", new { conversationId });
        transaction.Execute("delete from remembered_approvals where conversation_id = @conversationId", new { conversationId });
    }

    public static void Stop(Transaction transaction, string conversationId, ulong epoch) =>
        transaction.Execute(
            """
            insert into stopped_conversations (conversation_id, epoch) values (@conversationId, @epoch)
            on conflict (conversation_id) do update set epoch = max(epoch, excluded.epoch)
            """,
            new { conversationId, epoch = (long)epoch });
}
