namespace Muster.Node.Tools;

/// <summary>What <c>system</c> answers; only the sections that were asked for are there.</summary>
internal sealed record SystemReport
{
    public DateTimeOffset? Time { get; init; }
    public long? UptimeSeconds { get; init; }
    public LoadReport? Load { get; init; }
    public MemoryReport? Memory { get; init; }
    public IReadOnlyList<DiskReport>? Disks { get; init; }
    public IReadOnlyList<ProcessReport>? Processes { get; init; }
}

/// <summary>The averages and the share are null where the system has none.</summary>
/// <param name="CpuPercent">Of all cores together, while the answer was made.</param>
internal sealed record LoadReport(double? One, double? Five, double? Fifteen, int Cores, double? CpuPercent);

internal sealed record MemoryReport(long TotalBytes, long AvailableBytes);

/// <summary>As df counts: what is kept for root is neither used nor free, so the two need not add up to the total.</summary>
internal sealed record DiskReport(string Mount, long TotalBytes, long UsedBytes, long FreeBytes);

/// <param name="CpuPercent">Of one core, while the answer was made.</param>
internal sealed record ProcessReport(int Pid, string Name, double CpuPercent, long MemoryBytes);
