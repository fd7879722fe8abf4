using Muster.Storage;

namespace Muster.Node.Coding.Sessions;

/// <summary>The SQL of coding sessions.</summary>
internal static class CodingRows
{
    /// <summary>Closed ones are listed for a while.</summary>
    private const int ClosedKept = 100;

    public static CodingBook Load(Transaction tx, string root) => new(
        tx.Query<CodingSession>(
            """
            select id Id, root Root, project Project, folder Folder, agent Agent, agent_session AgentSession, user_id UserId, conversation_id ConversationId, state State,
                created_at CreatedAt, used_at UsedAt from coding_sessions where root = @root order by created_at, id
            """,
            new { root }),
        tx.Query<CodingFocus>("select conversation_id ConversationId, session_id SessionId, direct Direct from coding_conversations")
            .ToDictionary(focus => focus.ConversationId, StringComparer.Ordinal));

    public static void Save(Transaction tx, CodingSession session) => tx.Execute(
        """
        insert into coding_sessions (id, root, project, folder, agent, agent_session, user_id, conversation_id, state, created_at, used_at)
        values (@Id, @Root, @Project, @Folder, @Agent, @AgentSession, @UserId, @ConversationId, @State, @CreatedAt, @UsedAt)
        on conflict (id) do update set agent_session = excluded.agent_session, state = excluded.state, used_at = excluded.used_at
        """,
        session);

    public static void Focus(Transaction tx, CodingFocus focus) => tx.Execute(
        """
        insert into coding_conversations (conversation_id, session_id, direct) values (@ConversationId, @SessionId, @Direct)
        on conflict (conversation_id) do update set session_id = excluded.session_id, direct = excluded.direct
        """,
        focus);

    public static void Close(Transaction tx, CodingSession session)
    {
        Save(tx, session with { State = CodingSession.Closed });
        tx.Execute("delete from coding_conversations where session_id = @Id", new { session.Id });
        tx.Execute(
            "delete from coding_sessions where state = 'closed' and id not in (select id from coding_sessions where state = 'closed' order by used_at desc limit @ClosedKept)",
            new { ClosedKept });
    }
}
