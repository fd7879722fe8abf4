using System.Globalization;

namespace Muster.Node.Tools.Facts;

internal static class MachineFacts
{
    public static long UptimeSeconds() => Environment.TickCount64 / 1000;

    public static LoadReport Load(double? cpuPercent)
    {
        if (!OperatingSystem.IsLinux())
        {
            return new LoadReport(null, null, null, Environment.ProcessorCount, cpuPercent);
        }

        var averages = File.ReadAllText("/proc/loadavg").Split(' ').Take(3)
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return new LoadReport(averages[0], averages[1], averages[2], Environment.ProcessorCount, cpuPercent);
    }

    public static MemoryReport Memory()
    {
        if (!OperatingSystem.IsLinux())
        {
            var info = GC.GetGCMemoryInfo();
            return new MemoryReport(info.TotalAvailableMemoryBytes, Math.Max(0, info.TotalAvailableMemoryBytes - info.MemoryLoadBytes));
        }

        var lines = File.ReadAllLines("/proc/meminfo");
        return new MemoryReport(Kilobytes(lines, "MemTotal:") * 1024, Kilobytes(lines, "MemAvailable:") * 1024);
    }

    private static long Kilobytes(string[] lines, string name) =>
        lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture)
            : 0;
}
