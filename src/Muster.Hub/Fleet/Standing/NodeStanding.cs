namespace Muster.Hub.Fleet.Standing;

/// <summary>What the hub has settled about a machine: whether it gets tasks, and how fast it was found to be.</summary>
/// <param name="CpuScore">0: not measured, or found cheating.</param>
public sealed record NodeStanding(NodeGate Gate, double CpuScore, DateTimeOffset? MeasuredAt)
{
    public static readonly NodeStanding Unknown = new(NodeGate.Open, 0, null);
}

public enum NodeGate
{
    Open,
    /// <summary>Gets no new tasks; what runs goes on to its end.</summary>
    Cordoned,
    /// <summary>The same, on its way to be empty: somebody waits for that.</summary>
    Draining,
}
