using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Muster.Node.Tools.Facts;

/// <summary>The processes that use the most, by processor and by memory.</summary>
internal static class ProcessTable
{
    private const int MostOfEach = 10;

    // USER_HZ: 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public static IReadOnlyList<ProcessReport> Busiest(TimeProvider time)
    {
        var all = (OperatingSystem.IsLinux() ? OnLinux() : Elsewhere(time)).ToList();
        return [.. all.OrderByDescending(process => process.CpuPercent).Take(MostOfEach)
            .Union(all.OrderByDescending(process => process.MemoryBytes).Take(MostOfEach))
            .OrderByDescending(process => process.CpuPercent).ThenByDescending(process => process.MemoryBytes)];
    }

    private static IEnumerable<ProcessReport> OnLinux()
    {
        var uptime = double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture);
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(folder + "/stat") is { } stat)
            {
                var name = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Select(Number).ToArray();
                var (ticks, started, pages) = (fields[11] + fields[12], fields[19], fields[21]);
                var age = Math.Max(uptime - (started / TicksPerSecond), 0.01);
                if (pages > 0) // threads of the kernel have none
                {
                    yield return new ProcessReport(
                        pid, name, Math.Round(ticks / TicksPerSecond / age * 100, 1), (long)pages * Environment.SystemPageSize);
                }
            }
        }
    }

    private static IEnumerable<ProcessReport> Elsewhere(TimeProvider time)
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                double cpu;
                try
                {
                    var age = (time.GetLocalNow().DateTime - process.StartTime).TotalSeconds;
                    cpu = Math.Round(process.TotalProcessorTime.TotalSeconds / Math.Max(age, 0.01) * 100, 1);
                }
                catch (Exception closed) when (closed is Win32Exception or InvalidOperationException)
                {
                    // Someone else's process, or one that ended meanwhile.
                    continue;
                }

                yield return new ProcessReport(process.Id, process.ProcessName, cpu, process.WorkingSet64);
            }
        }
    }

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // It ended between the listing and the reading.
            return null;
        }
    }
}
