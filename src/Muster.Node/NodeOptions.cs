using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Agents.Mcp;
using Muster.Agents.Providers;
using Muster.Node.Link;
using Muster.Node.Policy;
using Muster.Node.Tools;

namespace Muster.Node;

/// <summary>All that one machine needs to be a node. Made by whoever composes the program; checked there.</summary>
public sealed record NodeOptions
{
    /// <summary>Home, working folder, and how the shell runs.</summary>
    public required ToolOptions Tools { get; init; }

    /// <summary>Where <c>node.db</c> lies; one process at a time may use it. The home when null.</summary>
    public string? StoreFolder { get; init; }

    public required NodeIdentity Identity { get; init; }

    /// <summary>The name this machine goes by until the hub says another.</summary>
    public required string Name { get; init; }

    public required ModelCatalog Models { get; init; }
    public IReadOnlyList<PolicyRule> Policy { get; init; } = [];

    /// <summary>The owner's rules, given to every agent and kept through every compaction.</summary>
    public IReadOnlyList<string> Rules { get; init; } = [];

    public IReadOnlyList<McpServerOptions> McpServers { get; init; } = [];
    /// <summary><c>cache.quota</c>: bytes of inputs that are kept; null is 10 GiB or a tenth of the disk, whichever is less.</summary>
    public long? CacheQuota { get; init; }

    /// <summary>What <c>/undo</c> can bring back.</summary>
    public Undo.UndoOptions Undo { get; init; } = new();

    /// <summary>Coding agents.</summary>
    public Coding.CodingOptions Coding { get; init; } = new();

    /// <summary>What the pool may use.</summary>
    public Compute.ComputeOptions Compute { get; init; } = new();

    /// <summary>What goes on behind the assistant's turns.</summary>
    public Background.BackgroundOptions Background { get; init; } = new();

    /// <summary>Where <c>proc</c> and <c>sys</c> are that tell of the machine.</summary>
    public string MachineRoot { get; init; } = "/";

    public int MaxTurns { get; init; } = 50;
    public Version ProgramVersion { get; init; } = new(0, 1, 0);
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;
}
