using System.Text.Json;
using Muster.Agents;
using Muster.Agents.Messages;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Hub.Chat.Runs;

/// <summary>
/// What a machine has not yet seen of a thread: what people said and other machines answered. Its own turns it knows from its own
/// cache, unless it has seen nothing (or has lost its store), when all is sent.
/// </summary>
internal static class ThreadContext
{
    /// <summary>Entries beyond this are left out, oldest first; the node would compact them away.</summary>
    private const int Most = 400;

    public static void Fill(Transaction tx, Forward forward, string nodeId, string nodeName, long until)
    {
        var seen = tx.QueryFirst<long>(
            "select number from node_seen where conversation_id = @ConversationId and node_id = @nodeId", new { forward.ConversationId, nodeId });
        var rows = tx.Query<(long Number, string Name, string Json, string Origin)>(
            """
            select number, name, json, origin from thread_events
            where conversation_id = @ConversationId and number > @seen and number <= @until and name in ('user_message', 'message_end')
                and (@seen = 0 or origin <> @nodeName)
            order by number desc limit @Most
            """,
            new { forward.ConversationId, seen, until, nodeName, Most });
        forward.ContextAfter = (ulong)seen;
        forward.Context.AddRange(Entries(tx, forward, rows.Reverse()));
        tx.Execute(
            """
            insert into node_seen (conversation_id, node_id, number) values (@ConversationId, @nodeId, @until)
            on conflict (conversation_id, node_id) do update set number = excluded.number
            """,
            new { forward.ConversationId, nodeId, until });
    }

    private static IEnumerable<ThreadEntry> Entries(Transaction tx, Forward forward, IEnumerable<(long Number, string Name, string Json, string Origin)> rows)
    {
        var read = rows.Select(row => (row.Number, row.Name, row.Origin, Message: Read(row.Name, row.Json))).Where(row => row.Message is not null).ToList();
        var shown = read.Where(row => row.Name == "message_end").Select(row => row.Message!.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var (number, name, origin, message) in read)
        {
            // What a person said is taken from the run that took it up, in its place between the answers; runs that do not repeat it
            // (another dialect) leave it to the thread. Commands and messages without a run are no part of it.
            if (message is SummaryMessage || message!.Id == forward.MessageId || (name == "user_message" && (shown.Contains(message.Id) || !WentToRun(tx, message.Id))))
            {
                continue;
            }

            yield return new ThreadEntry
            {
                Number = (ulong)number,
                Origin = message is UserMessage ? "" : origin,
                MessageJson = JsonSerializer.Serialize(message, AgentJson.Default.AgentMessage),
            };
        }
    }

    private static bool WentToRun(Transaction tx, string messageId) =>
        MessageStore.Find(tx, messageId) is { State: MessageState.Routed or MessageState.Steered };

    private static AgentMessage? Read(string name, string json)
    {
        using var data = JsonDocument.Parse(json);
        var root = data.RootElement;
        return name == "message_end"
            ? root.GetProperty("message").Deserialize(AgentJson.Default.AgentMessage)
            : new UserMessage
            {
                Id = root.GetProperty("message_id").GetString()!,
                At = root.GetProperty("at").GetDateTimeOffset(),
                Content = [new TextBlock(root.GetProperty("text").GetString()!)],
            };
    }
}
