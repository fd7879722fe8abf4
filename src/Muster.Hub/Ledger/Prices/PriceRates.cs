namespace Muster.Hub.Ledger.Prices;

/// <summary>What things cost, in CPT per unit; all zero where nothing costs.</summary>
public sealed record PriceRates
{
    /// <summary>Each task that ran, however short: goes to the hub.</summary>
    public Credits Task { get; init; }

    public Credits CpuSecond { get; init; }

    /// <summary>One GiB of memory for one second.</summary>
    public Credits MemoryGibSecond { get; init; }

    public Credits GpuSecond { get; init; }

    /// <summary>Each second that the task runs, whatever it uses.</summary>
    public Credits WallSecond { get; init; }

    /// <summary>One GiB over the network.</summary>
    public Credits TrafficGib { get; init; }

    public bool AreZero => this == new PriceRates();
}
