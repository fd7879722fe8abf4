using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs;

public sealed record JobOptions
{
    /// <summary>Commands that may wait for the pool; whoever comes then waits.</summary>
    public int QueueCapacity { get; init; } = 50_000;

    /// <summary>Bytes of function inputs that are kept in memory; the rest is read when it is sent.</summary>
    public long PayloadBytes { get; init; } = 64L << 20;

    /// <summary>How long a node's attempts are its own after it was last heard.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long jobs are kept after their end.</summary>
    public TimeSpan Kept { get; init; } = TimeSpan.FromDays(30);

    /// <summary><c>trust.probes</c>: machines of others get tasks whose answer the hub knows.</summary>
    public bool Probes { get; init; } = true;

    /// <summary>How often a machine gets one, about; trusted ones get fewer.</summary>
    public TimeSpan ProbeEvery { get; init; } = TimeSpan.FromHours(1);

    internal PoolSettings Settings(ulong seed, long now, Meter meter) => new()
    {
        Seed = seed, UsageEpoch = now, LeaseMs = (long)Lease.TotalMilliseconds, Meter = meter,
    };
}
