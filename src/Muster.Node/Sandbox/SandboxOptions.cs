using Muster.Node.Folders;

namespace Muster.Node.Sandbox;

/// <summary>What one machine's commands may see.</summary>
public sealed record SandboxOptions
{
    /// <summary>A real path: writable, and the home of what runs.</summary>
    public required string WorkingDir { get; init; }

    /// <summary>MUSTER_HOME; never visible.</summary>
    public required string Home { get; init; }

    /// <summary>The home of the node's user, whose keys are never visible; empty if there is none.</summary>
    public string UserHome { get; init; } = "";

    /// <summary><c>tools.shell.network</c>: false gives a network of its own, with nothing on it.</summary>
    public bool Network { get; init; } = true;

    /// <summary><c>tools.shell.environment</c>: names of variables that are handed on besides PATH, HOME, LANG and TERM.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Further folders to show read-only, for programs that live outside of /usr.</summary>
    public IReadOnlyList<string> ReadOnly { get; init; } = [];

    /// <summary>The user and group to appear as inside; null keeps those of the node.</summary>
    public uint? User { get; init; }

    /// <summary>What is readable and never writable inside of the working folder.</summary>
    internal KeptFiles Kept { get; init; } = new();

    /// <summary>Folders to show read-only even where they lie in a hidden place; real paths.</summary>
    internal IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>For what is more than a command: a home and variables of its own; null for commands.</summary>
    internal SandboxResident? Resident { get; init; }

    /// <summary>Shared with the file tools: what one has seen, the other hides too.</summary>
    internal HiddenPlaces Hidden { get => field ??= HiddenPlaces.Of(Home, UserHome); init; }
}
