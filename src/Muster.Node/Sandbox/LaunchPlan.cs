namespace Muster.Node.Sandbox;

/// <summary>One process to start, whole.</summary>
/// <param name="Environment">All of it: nothing is inherited.</param>
/// <param name="Marker">A variable of its own by which processes that left the tree are found again; null where a pid namespace holds them.</param>
internal sealed record LaunchPlan(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDir,
    string? Marker = null)
{
    /// <summary>What it reads from its standard input, which then ends; null for nothing.</summary>
    public string? Input { get; init; }

    /// <summary>Its standard input stays open; of a command it is empty.</summary>
    public bool Talks { get; init; }
}
