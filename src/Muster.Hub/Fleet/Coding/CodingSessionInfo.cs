using Muster.Protocol.Wire;

namespace Muster.Hub.Fleet.Coding;

/// <summary>A coding session as its machine told of it.</summary>
/// <param name="Name">Its project: what a person calls it.</param>
/// <param name="UserId">Whose it is; nobody else learns of it.</param>
/// <param name="ActiveIn">Conversations that speak of it.</param>
/// <param name="DirectIn">Of these, where all that is said goes to it.</param>
public sealed record CodingSessionInfo(string Id, string Name, string UserId, string Agent, bool Busy, IReadOnlyList<string> ActiveIn, IReadOnlyList<string> DirectIn)
{
    private const int Most = 64;
    private const int LongestName = 200;
    private const int MostConversations = 8;

    /// <summary>The folder within the machine's working folder.</summary>
    public string Project => Name;

    /// <summary>A machine is not believed more than it could mean.</summary>
    internal static IReadOnlyList<CodingSessionInfo> Of(Heartbeat heartbeat) =>
    [
        .. heartbeat.CodingSessions.Take(Most).Select(session => new CodingSessionInfo(
            Cut(session.Id), Cut(session.Project), Cut(session.UserId), Cut(session.Agent), session.Busy,
            [.. session.Conversations.Take(MostConversations).Select(Cut)], [.. session.Direct.Take(MostConversations).Select(Cut)])),
    ];

    internal bool IsSame(CodingSessionInfo other) =>
        this with { ActiveIn = [], DirectIn = [] } == other with { ActiveIn = [], DirectIn = [] } && ActiveIn.SequenceEqual(other.ActiveIn) && DirectIn.SequenceEqual(other.DirectIn);

    private static string Cut(string text) => text.Length <= LongestName ? text : text[..LongestName];
}
