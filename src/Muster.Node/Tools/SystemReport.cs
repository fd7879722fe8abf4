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

/// <summary>The averages are null where the system has none.</summary>
internal sealed record LoadReport(double? One, double? Five, double? Fifteen, int Cores);

internal sealed record MemoryReport(long TotalBytes, long AvailableBytes);

internal sealed record DiskReport(string Mount, long TotalBytes, long FreeBytes);

/// <param name="CpuPercent">Of one core, over the life of the process.</param>
internal sealed record ProcessReport(int Pid, string Name, double CpuPercent, long MemoryBytes);
