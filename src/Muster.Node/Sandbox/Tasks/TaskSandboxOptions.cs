namespace Muster.Node.Sandbox.Tasks;

/// <summary>What one node's task sandboxes are made of.</summary>
public sealed record TaskSandboxOptions
{
    /// <summary>MUSTER_HOME; never visible to a task.</summary>
    public required string Home { get; init; }

    /// <summary>The owner lets tasks that ask for it reach any public host.</summary>
    public bool OpenEgress { get; init; }

    /// <summary>Further folders to show read-only at their own path, for programs that live outside of /usr.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    /// <summary>The one socket of a container engine to look at; null looks where they usually are.</summary>
    public string? EngineSocket { get; init; }

    /// <summary>At most this many connections at once go through one task's egress proxy.</summary>
    public int EgressConnections { get; init; } = 64;

    /// <summary>A connection of the egress proxy that moves nothing for so long is closed.</summary>
    public TimeSpan EgressIdle { get; init; } = TimeSpan.FromMinutes(2);
}
