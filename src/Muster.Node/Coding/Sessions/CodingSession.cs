namespace Muster.Node.Coding.Sessions;

/// <summary>One project folder with its coding agent, of one user.</summary>
internal sealed record CodingSession
{
    public const string Open = "open";
    public const string Closed = "closed";

    /// <summary>Six letters and digits; its record is <c>audit/ID.jsonl</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The working folder: a machine that is started in another one does not see it there.</summary>
    public required string Root { get; init; }

    /// <summary>As the person named it.</summary>
    public required string Project { get; init; }

    /// <summary>Its real path.</summary>
    public required string Folder { get; init; }

    /// <summary>Name of the agent.</summary>
    public required string Agent { get; init; }

    /// <summary>The agent's own id of the conversation; empty before the first answer.</summary>
    public string AgentSession { get; init; } = "";
    public required string UserId { get; init; }

    /// <summary>Where it was opened.</summary>
    public required string ConversationId { get; init; }
    public string State { get; init; } = Open;
    public required string CreatedAt { get; init; }
    public required string UsedAt { get; init; }
}

/// <summary>What a conversation speaks of.</summary>
/// <param name="Direct">1: all that is said there goes to the session.</param>
internal sealed record CodingFocus(string ConversationId, string SessionId, long Direct);

/// <summary>All sessions as they are at one moment, the oldest first.</summary>
internal sealed record CodingBook(IReadOnlyList<CodingSession> All, IReadOnlyDictionary<string, CodingFocus> Focus)
{
    public static CodingBook Empty { get; } = new([], new Dictionary<string, CodingFocus>(StringComparer.Ordinal));

    /// <summary>A user's open sessions, in the order in which they are numbered.</summary>
    public IReadOnlyList<CodingSession> Of(string user) => [.. All.Where(session => session.State == CodingSession.Open && session.UserId == user)];

    public CodingSession? Active(string conversation, string user) =>
        Focus.GetValueOrDefault(conversation) is { } focus ? Of(user).FirstOrDefault(session => session.Id == focus.SessionId) : null;

    public bool IsDirect(string conversation, string user) => Focus.GetValueOrDefault(conversation) is { Direct: 1 } && Active(conversation, user) is not null;

    /// <summary>By number, id or project; the newest of several.</summary>
    public CodingSession? Find(string user, string name)
    {
        var (mine, bare) = (Of(user), name.Trim().TrimStart('#'));
        return mine.LastOrDefault(session => session.Id.Equals(bare, StringComparison.OrdinalIgnoreCase))
            ?? mine.LastOrDefault(session => session.Project.Equals(bare, StringComparison.Ordinal))
            ?? mine.LastOrDefault(session => session.Project.Equals(bare, StringComparison.OrdinalIgnoreCase))
            ?? (int.TryParse(bare, out var number) && number >= 1 && number <= mine.Count ? mine[number - 1] : null);
    }
}
