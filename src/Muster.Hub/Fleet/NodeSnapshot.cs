using System.Collections.Frozen;
using Muster.Hub.Fleet.Coding;
using Muster.Hub.Fleet.Standing;
using Muster.Protocol.Ids;

namespace Muster.Hub.Fleet;

/// <summary>One machine as the hub knows it now.</summary>
/// <param name="Owner">Whose enrolment token it used.</param>
/// <param name="Users">Who may ask it, its owner included.</param>
/// <param name="Runs">Runs that it said it holds.</param>
public sealed record NodeSnapshot(
    Id<Node> Id,
    string Name,
    NodeDialect Dialect,
    bool Online,
    Id<User> Owner,
    IReadOnlySet<Id<User>> Users,
    NodeFactsSnapshot Facts,
    DateTimeOffset? ConnectedAt,
    DateTimeOffset? LastSeen,
    int Runs,
    int Sessions,
    double Load,
    ulong MemoryFreeBytes)
{
    /// <summary>Who besides its owner may run tasks on it.</summary>
    public IReadOnlySet<Id<User>> Runners { get; init; } = FrozenSet<Id<User>>.Empty;

    /// <summary>Tasks of this user may run here.</summary>
    public bool MayRun(Id<User> user) => Owner == user || Runners.Contains(user);

    /// <summary>Who besides its owner may rename it, remove it and give it a new credential.</summary>
    public IReadOnlySet<Id<User>> Managers { get; init; } = FrozenSet<Id<User>>.Empty;

    /// <summary>It keeps guests from everything that changes something.</summary>
    public bool TakesGuests { get; init; }

    /// <summary>Files can be fetched from it and brought to it.</summary>
    public bool TakesCopies { get; init; }

    /// <summary>Agents of its tasks can be told something while they work.</summary>
    public bool TakesSteering { get; init; }

    /// <summary>Its open coding sessions, the oldest first.</summary>
    public IReadOnlyList<CodingSessionInfo> CodingSessions { get; init; } = [];

    /// <summary>What the hub settled about it.</summary>
    public NodeStanding Standing { get; init; } = NodeStanding.Unknown;

    /// <summary>As it told last; null while it has not.</summary>
    public NodeReadingsModel? Readings { get; init; }
}

/// <summary>What a node says of itself when it connects.</summary>
public sealed record NodeFactsSnapshot(
    string Os,
    string Architecture,
    string Hostname,
    string WorkingDir,
    IReadOnlyList<string> Capabilities,
    int Cores,
    ulong MemoryBytes,
    string Isolation,
    string Model,
    string Version)
{
    /// <summary>Names of the models that its agents can use, the default first; none where it has the built-in rules alone, or is older than this.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];
}

public enum NodeDialect
{
    Muster,
    PhoneWork,
    /// <summary>A user's program that serves functions; nobody talks to it.</summary>
    Worker,
}
