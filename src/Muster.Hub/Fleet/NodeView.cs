using Muster.Hub.Accounts;
using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet;

/// <summary>A machine as the API shows it.</summary>
/// <param name="Status">online, busy or offline.</param>
/// <param name="Owner">User name.</param>
/// <param name="May">What the asking user may do: <c>ask</c>, <c>run</c> (tasks) and <c>manage</c>.</param>
/// <param name="Active">The asking user's next new conversation starts with it.</param>
public sealed record NodeView(
    string Id,
    string Name,
    string Status,
    DateTimeOffset? LastSeen,
    DateTimeOffset? ConnectedAt,
    string Os,
    string Architecture,
    int Cores,
    ulong MemoryBytes,
    double Load,
    ulong MemoryFreeBytes,
    string Version,
    IReadOnlyList<string> Capabilities,
    string Isolation,
    string Model,
    string WorkingDir,
    int Sessions,
    int Runs,
    string Owner,
    string Dialect,
    bool Active,
    IReadOnlyList<string> May)
{
    /// <summary>Of a machine that is online and measures itself.</summary>
    public NodeReadingsModel? Readings { get; init; }

    /// <summary>The coding sessions on it that are the asking user's.</summary>
    public IReadOnlyList<CodingSessionView> CodingSessions { get; init; } = [];

    /// <summary>Names of the models that conversations can choose there, the default first.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Whether the pool gives it tasks: open, cordoned or draining.</summary>
    public string Gate { get; init; } = "";

    public static NodeView Of(NodeSnapshot node, FleetPeople people, Id<User> asking) => new(
        node.Id.ToString(),
        node.Name,
        !node.Online ? "offline" : node.Runs > 0 ? "busy" : "online",
        node.LastSeen,
        node.Online ? node.ConnectedAt : null,
        node.Facts.Os,
        node.Facts.Architecture,
        node.Facts.Cores,
        node.Facts.MemoryBytes,
        node.Load,
        node.MemoryFreeBytes,
        node.Facts.Version,
        node.Facts.Capabilities,
        node.Facts.Isolation,
        node.Facts.Model,
        node.Facts.WorkingDir,
        node.Sessions,
        node.Runs,
        people.NameOf(node.Owner) ?? "",
        node.Dialect.ToString().ToLowerInvariant(),
        people.ActiveNode(asking) == node.Id,
        [.. Rights(node, asking, people.RoleOf(asking))])
    {
        Readings = node.Online ? node.Readings : null,
        CodingSessions = [.. node.CodingSessions.Where(session => session.UserId == asking.ToString()).Select(session => new CodingSessionView(session.Id, session.Project, session.Agent, session.Busy))],
        Models = node.Facts.Models,
        Gate = node.Standing.Gate.ToString().ToLowerInvariant(),
    };

    private static IEnumerable<string> Rights(NodeSnapshot node, Id<User> asking, Role role)
    {
        if (node.Users.Contains(asking))
        {
            yield return "ask";
        }

        if (role > Role.Guest && (node.Owner == asking || node.Runners.Contains(asking)))
        {
            yield return NodeStore.RunVerb;
        }

        if (role > Role.Guest && (role >= Role.Admin || node.Owner == asking || node.Managers.Contains(asking)))
        {
            yield return NodeStore.ManageVerb;
        }
    }
}

/// <param name="Project">The folder that it works in.</param>
/// <param name="Agent">Name of its coding agent.</param>
public sealed record CodingSessionView(string Id, string Project, string Agent, bool Busy);

public sealed record NodeList(IReadOnlyList<NodeView> Items, string? Next);

public sealed record NodePatch(string? Name);
