using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Muster.Node.Tools.Facts;

/// <summary>One process as it is now.</summary>
/// <param name="Started">With the pid it names the process: pids are used again.</param>
/// <param name="CpuSeconds">Since it started.</param>
internal sealed record ProcessSample(int Pid, double Started, string Name, double CpuSeconds, long MemoryBytes)
{
    // USER_HZ: 100 on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public (int Pid, double Started) Key => (Pid, Started);

    public static IReadOnlyList<ProcessSample> All() => [.. OperatingSystem.IsLinux() ? OnLinux() : Elsewhere()];

    /// <param name="before">Null if it has begun since.</param>
    public ProcessReport Report(ProcessSample? before, double seconds) =>
        new(Pid, Name, Math.Round(Math.Max(0, CpuSeconds - (before?.CpuSeconds ?? 0)) / Math.Max(seconds, 0.01) * 100, 1), MemoryBytes);

    private static IEnumerable<ProcessSample> OnLinux()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && ProcessName.Read(folder + "/stat") is { Length: > 0 } stat)
            {
                var name = stat[(stat.IndexOf('(', StringComparison.Ordinal) + 1)..stat.LastIndexOf(')')];
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ').Select(Number).ToArray();
                var (ticks, started, pages) = (fields[11] + fields[12], fields[19], fields[21]);
                if (pages > 0) // threads of the kernel have none
                {
                    yield return new ProcessSample(pid, started, name, ticks / TicksPerSecond, (long)pages * Environment.SystemPageSize);
                }
            }
        }
    }

    private static IEnumerable<ProcessSample> Elsewhere()
    {
        foreach (var process in Process.GetProcesses())
        {
            using (process)
            {
                ProcessSample sample;
                try
                {
                    sample = new ProcessSample(
                        process.Id, process.StartTime.Ticks, process.ProcessName, process.TotalProcessorTime.TotalSeconds, process.WorkingSet64);
                }
                catch (Exception closed) when (closed is Win32Exception or InvalidOperationException)
                {
                    // Someone else's process, or one that ended meanwhile.
                    continue;
                }

                yield return sample;
            }
        }
    }

    private static double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
