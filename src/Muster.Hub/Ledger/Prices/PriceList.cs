namespace Muster.Hub.Ledger.Prices;

/// <summary>
/// A published list of prices. Pure: what it says depends on nothing but its arguments. For the same task a quote is never below what
/// is metered.
/// </summary>
internal sealed record PriceList(int Version, DateTimeOffset Since, PriceRates Rates)
{
    /// <summary>The factor of a node that asks for the price as it is.</summary>
    public const int PlainFactor = 1000;

    private const long Mib = 1 << 20;
    private const long Gib = 1 << 30;

    /// <summary>The most that so many tasks can cost; rounded up.</summary>
    /// <param name="factor">The dearest node's factor on work, in thousandths.</param>
    /// <exception cref="LedgerException">More than can be counted.</exception>
    public long Quote(TaskNeeds needs, TimeSpan timeout, long count = 1, int factor = PlainFactor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Int128 ticks = Math.Max(0, timeout.Ticks);
        return Counted(() => checked((long)((Rates.Task.Micro + Up(Most(needs, ticks) * factor, PlainFactor)) * count)));
    }

    /// <summary>
    /// What an attempt costs: of each thing the least of what the node claims, what fits into the time that the hub saw it leased, and
    /// what was asked for; each rounded down, in the payer's favour.
    /// </summary>
    /// <param name="factor">The node's factor on work, in thousandths.</param>
    /// <exception cref="LedgerException">More than can be counted.</exception>
    public TaskCost Meter(TaskUsage usage, TaskNeeds needs, TimeSpan timeout, TimeSpan leased, int factor = PlainFactor)
    {
        Int128 seen = Math.Max(0, Math.Min(timeout.Ticks, leased.Ticks));
        return Counted(() =>
        {
            var cost = new TaskCost(Rates.Task.Micro, checked((long)(Used(usage, needs, seen) * factor / PlainFactor)));
            _ = cost.Total;
            return cost;
        });
    }

    private Int128 Most(TaskNeeds needs, Int128 ticks)
    {
        checked
        {
            // Memory in two steps, as the product of all three could be too large even for 128 bits.
            var mibSeconds = Up(needs.MemoryBytes * ticks, Mib * TimeSpan.TicksPerSecond);
            return Up(Rates.WallSecond.Micro * ticks, TimeSpan.TicksPerSecond)
                + Up(Rates.CpuSecond.Micro * ticks * needs.MilliCpus, 1000 * TimeSpan.TicksPerSecond)
                + Up(Rates.GpuSecond.Micro * ticks * needs.Gpus, TimeSpan.TicksPerSecond)
                + Up(Rates.MemoryGibSecond.Micro * mibSeconds, Gib / Mib)
                + Up((Int128)Rates.TrafficGib.Micro * needs.TrafficBytes, Gib);
        }
    }

    private Int128 Used(TaskUsage usage, TaskNeeds needs, Int128 seen)
    {
        checked
        {
            var mibSeconds = Least(usage.MemoryMibSeconds, needs.MemoryBytes * seen / (Mib * TimeSpan.TicksPerSecond));
            return (Rates.WallSecond.Micro * Least(usage.Wall.Ticks, seen) / TimeSpan.TicksPerSecond)
                + (Rates.CpuSecond.Micro * Least(usage.Cpu.Ticks, seen * needs.MilliCpus / 1000) / TimeSpan.TicksPerSecond)
                + (Rates.GpuSecond.Micro * Least(usage.Gpu.Ticks, seen * needs.Gpus) / TimeSpan.TicksPerSecond)
                + (Rates.MemoryGibSecond.Micro * mibSeconds / (Gib / Mib))
                + (Rates.TrafficGib.Micro * Least(usage.TrafficBytes, needs.TrafficBytes) / Gib);
        }
    }

    private static T Counted<T>(Func<T> count)
    {
        try
        {
            return count();
        }
        catch (OverflowException)
        {
            throw new LedgerException(
                "too_large", $"This would cost more than the {new Credits(long.MaxValue)} CPT that there can be: ask for less, or for less time.");
        }
    }

    private static Int128 Least(Int128 claimed, Int128 bound) => Int128.Max(0, Int128.Min(claimed, bound));

    private static Int128 Up(Int128 amount, long unit) => checked(amount + unit - 1) / unit;
}
