using System.Globalization;

namespace Muster.Node.Tools.Facts;

/// <summary>The processes that use the most, by processor and by memory.</summary>
internal static class ProcessTable
{
    private const int MostOfEach = 10;

    public static IReadOnlyList<ProcessReport> Busiest(ProcessorUsage usage) =>
    [
        .. usage.Processes.OrderByDescending(process => process.CpuPercent).ThenByDescending(process => process.MemoryBytes).Take(MostOfEach)
            .Union(usage.Processes.OrderByDescending(process => process.MemoryBytes).Take(MostOfEach))
            .OrderByDescending(process => process.CpuPercent).ThenByDescending(process => process.MemoryBytes)
            .Select(process => process with { Name = FullName(process) }),
    ];

    private static string FullName(ProcessReport process) =>
        OperatingSystem.IsLinux() && ProcessName.Read(string.Create(CultureInfo.InvariantCulture, $"/proc/{process.Pid}/cmdline")) is { Length: > 0 } line
            ? ProcessName.Of(process.Name, line.Split('\0', StringSplitOptions.RemoveEmptyEntries))
            : process.Name;
}
