using System.Text.Json;
using Muster.Agents;
using Muster.Agents.Messages;
using Muster.Protocol.Ids;
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

    /// <summary>A frame holds more, but a message has its own size.</summary>
    private const long MostBytes = 500_000;

    public static void Fill(Transaction tx, Forward forward, string nodeId, long until)
    {
        var seen = tx.QueryFirst<long>(
            "select number from node_seen where conversation_id = @ConversationId and node_id = @nodeId", new { forward.ConversationId, nodeId });
        forward.ContextAfter = (ulong)seen;
        forward.Context.AddRange(Newest([.. Read(tx, forward, nodeId, seen, until)]));
    }

    /// <summary>Once it is on its way.</summary>
    public static void Seen(Transaction tx, string conversation, string nodeId, long until) => tx.Execute(
        """
        insert into node_seen (conversation_id, node_id, number) values (@conversation, @nodeId, @until)
        on conflict (conversation_id, node_id) do update set number = excluded.number
        """,
        new { conversation, nodeId, until });

    /// <summary>As many as go into one frame, from something that a person said on.</summary>
    private static IEnumerable<ThreadEntry> Newest(IReadOnlyList<ThreadEntry> entries)
    {
        var (first, bytes) = (entries.Count, 0L);
        while (first > 0 && (bytes += entries[first - 1].CalculateSize()) <= MostBytes)
        {
            first--;
        }

        return first == 0 ? entries : entries.Skip(first).SkipWhile(entry => entry.Origin.Length > 0);
    }

    /// <summary>All of it up to a number, for a run that keeps no memory of its own.</summary>
    public static IReadOnlyList<ThreadEntry> Before(Transaction tx, string conversation, string message, string nodeId, long until) =>
        [.. Read(tx, new Forward { ConversationId = conversation, MessageId = message }, nodeId, 0, until)];

    private static IEnumerable<ThreadEntry> Read(Transaction tx, Forward forward, string nodeId, long seen, long until)
    {
        var rows = tx.Query<(long Number, string Name, string Json, string Origin)>(
            """
            select e.number, e.name, e.json, e.origin from thread_events e
            where e.conversation_id = @ConversationId and e.number > @seen and e.number <= @until and (e.name in ('user_message', 'message_end')
                    or (e.name = 'notice' and exists (select 1 from messages m where m.conversation_id = e.conversation_id and m.number = e.number and m.state = 'noted')))
                and (@seen = 0 or e.run_id is null or e.run_id not in (select id from runs where conversation_id = @ConversationId and node_id = @nodeId))
            order by e.number desc limit @Most
            """,
            new { forward.ConversationId, seen, until, nodeId, Most });
        return Entries(
            forward, [.. rows.Reverse().Select(row => row.Name == "notice" ? Noted(tx, forward.ConversationId, row.Number) : row)], TakenUp(tx, forward.ConversationId, seen), nodeId);
    }

    private static IEnumerable<ThreadEntry> Entries(
        Forward forward, IReadOnlyList<(long Number, string Name, string Json, string Origin)> rows, IReadOnlyDictionary<string, Taken> taken, string nodeId)
    {
        var read = rows.Select(row => (row.Number, row.Name, row.Origin, Message: Read(row.Name, row.Json))).Where(row => row.Message is not null).ToList();
        var shown = read.Where(row => row.Name == "message_end").Select(row => row.Message!.Id).ToHashSet(StringComparer.Ordinal);
        var entries = read
            .Where(row => row.Message is not SummaryMessage && row.Message!.Id != forward.MessageId)
            // What a person said is taken from the run that took it up, in its place between the answers; runs that do not repeat it
            // (another dialect) leave it to the thread. Commands and messages without a run are no part of it.
            .Where(row => row.Name != "user_message"
                || (!shown.Contains(row.Message!.Id) && taken.GetValueOrDefault(row.Message.Id) is { } by && (forward.ContextAfter == 0 || by.NodeId != nodeId)));
        if (rows.Count == Most)
        {
            // What is left must not begin in the middle of an answer: results of tools without their calls are refused by models.
            entries = entries.SkipWhile(row => row.Message is not UserMessage);
        }

        return entries.Select(row => new ThreadEntry
        {
            Number = (ulong)row.Number,
            Origin = row.Message is UserMessage ? "" : row.Origin,
            MessageJson = JsonSerializer.Serialize(row.Message, AgentJson.Default.AgentMessage),
        });
    }

    /// <summary>What the assistant is told where people saw a notice.</summary>
    private static (long, string, string, string) Noted(Transaction tx, string conversation, long number)
    {
        var (id, text) = tx.QueryFirst<(string, string)>("select id, text from messages where conversation_id = @conversation and number = @number and state = 'noted'", new { conversation, number });
        return (number, "noted", EventJson.UserMessage(id, text, Id<Message>.Parse(id).Time, "", MessageStore.OfBackground), "");
    }

    /// <summary>The messages that a run took up, and where.</summary>
    private static Dictionary<string, Taken> TakenUp(Transaction tx, string conversation, long after) =>
        tx.Query<Taken>(
                """
                select m.id Id, r.node_id NodeId from messages m join runs r on r.id = m.run_id
                where m.conversation_id = @conversation and m.number > @after and m.state in ('routed', 'steered')
                """,
                new { conversation, after })
            .ToDictionary(row => row.Id, StringComparer.Ordinal);

    private static AgentMessage? Read(string name, string json)
    {
        if (name == "message_end")
        {
            return ReadMessage(json);
        }

        using var data = JsonDocument.Parse(json);
        var root = data.RootElement;
        return new UserMessage
        {
            Id = root.GetProperty("message_id").GetString()!,
            At = root.GetProperty("at").GetDateTimeOffset(),
            Content = [new TextBlock(root.GetProperty("text").GetString()!)],
        };
    }

    /// <summary>Null for what a machine wrote that is no message: it must not keep the thread from other machines.</summary>
    private static AgentMessage? ReadMessage(string json)
    {
        try
        {
            using var data = JsonDocument.Parse(json);
            return data.RootElement.TryGetProperty("message", out var message) ? message.Deserialize(AgentJson.Default.AgentMessage) : null;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    private sealed record Taken
    {
        public required string Id { get; init; }
        public required string NodeId { get; init; }
    }
}
