using Muster.Storage;

namespace Muster.Hub.Chat.Runs;

/// <summary>One execution of the agent loop on a machine, as the hub knows it.</summary>
internal sealed record RunRow
{
    public required string Id { get; init; }
    public required string ConversationId { get; init; }
    public required string NodeId { get; init; }
    public required string MessageId { get; init; }
    public long Epoch { get; init; }
    public required string State { get; init; }

    public bool Stopping => State == "stopping";
}

internal static class RunStore
{
    private const string Columns =
        "select id Id, conversation_id ConversationId, node_id NodeId, message_id MessageId, epoch Epoch, state State from runs ";

    /// <summary>Null while it goes on.</summary>
    public static DateTimeOffset? EndedAt(Transaction tx, string id) =>
        tx.Scalar<long?>("select ended_at from runs where id = @id", new { id }) is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    public static RunRow? Find(Transaction tx, string id) => tx.QueryFirst<RunRow>(Columns + "where id = @id", new { id });

    public static RunRow? Current(Transaction tx, string conversation) =>
        tx.QueryFirst<RunRow>(Columns + "where conversation_id = @conversation and state <> 'ended'", new { conversation });

    public static IReadOnlyList<RunRow> OpenOn(Transaction tx, string node) =>
        tx.Query<RunRow>(Columns + "where node_id = @node and state <> 'ended'", new { node });

    /// <summary>Conversations of these users with a run, on this machine or on any.</summary>
    public static IReadOnlyList<string> ConversationsOf(Transaction tx, IReadOnlyList<string> users, string? node) => tx.Query<string>(
        """
        select distinct r.conversation_id from runs r join conversations c on c.id = r.conversation_id
        where r.state <> 'ended' and c.user_id in @users and (@node is null or r.node_id = @node)
        """,
        new { users, node });

    /// <summary>Machines that have worked for a conversation, or for one message of it.</summary>
    public static IReadOnlyList<string> NodesOf(Transaction tx, string conversation, string? message) => tx.Query<string>(
        """
        select node_id from runs where conversation_id = @conversation and (@message is null or message_id = @message)
        union select node_id from fleet_nodes where conversation_id = @conversation and (@message is null or message_id = @message)
        """,
        new { conversation, message });

    public static int Open(Transaction tx) => (int)tx.Scalar<long>("select count(*) from runs where state <> 'ended'");

    public static void Add(Transaction tx, RunRow run, DateTimeOffset at) =>
        tx.Execute(
            """
            insert into runs (id, conversation_id, node_id, message_id, epoch, state, started_at)
            values (@Id, @ConversationId, @NodeId, @MessageId, @Epoch, @State, @at)
            """,
            new { run.Id, run.ConversationId, run.NodeId, run.MessageId, run.Epoch, run.State, at = at.ToUnixTimeMilliseconds() });

    public static void Stopping(Transaction tx, string id) =>
        tx.Execute("update runs set state = 'stopping' where id = @id and state = 'running'", new { id });

    /// <summary>False when it had ended before.</summary>
    public static bool End(Transaction tx, string id, string outcome, DateTimeOffset at) =>
        tx.Execute(
            "update runs set state = 'ended', outcome = @outcome, ended_at = @at where id = @id and state <> 'ended'",
            new { id, outcome, at = at.ToUnixTimeMilliseconds() }) == 1;
}
