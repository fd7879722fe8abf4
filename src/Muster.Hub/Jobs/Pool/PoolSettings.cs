namespace Muster.Hub.Jobs.Pool;

/// <summary>The pool's rules in numbers. Times are milliseconds.</summary>
internal sealed record PoolSettings
{
    public long LeaseMs { get; init; } = 15_000;

    /// <summary>Losses that a task survives whatever its retries are.</summary>
    public int FreeLosses { get; init; } = 3;

    public long BackoffFirstMs { get; init; } = 1_000;

    public long BackoffMostMs { get; init; } = 300_000;

    /// <summary>Copies beyond those asked for, when results differ.</summary>
    public int ExtraCopies { get; init; } = 3;

    /// <summary>Verified results in a row from which one copy may be enough.</summary>
    public int TrustedStreak { get; init; } = 10;

    /// <summary>How often a running attempt is paid for.</summary>
    public long BillEveryMs { get; init; } = 60_000;

    /// <summary>How long attempts stay frozen when credits ran out.</summary>
    public long PausedMs { get; init; } = 600_000;

    /// <summary>After which the weight of past use in the fair share has halved.</summary>
    public long HalfLifeMs { get; init; } = 86_400_000;

    /// <summary>Start of the scale of past use, in Unix milliseconds.</summary>
    public long UsageEpoch { get; init; }

    /// <summary>Secret of this pool, so that nobody can foresee which results are checked.</summary>
    public ulong Seed { get; init; }

    /// <summary>Nodes that are compared for one task.</summary>
    public int Candidates { get; init; } = 32;

    public Meter Meter { get; init; } = static (_, _, _, _, _) => default;

    public long Backoff(int failures, ulong luck)
    {
        var full = Math.Min(BackoffMostMs, BackoffFirstMs * (1L << Math.Min(failures - 1, 20)));
        return (full / 2) + (long)(luck % (ulong)Math.Max(1, full / 2));
    }
}

/// <summary>Price in micro-credits of what an attempt has used up to now: the platform's share and the node's.</summary>
/// <param name="job">Says by which price list.</param>
/// <param name="leaseSeconds">How long the hub has seen it leased: nothing longer is paid.</param>
internal delegate (long Base, long Node) Meter(JobPlan job, StepPlan step, AttemptUse use, double leaseSeconds, long priceFactor);
