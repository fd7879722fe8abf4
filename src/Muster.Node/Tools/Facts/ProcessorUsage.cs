using System.Globalization;

namespace Muster.Node.Tools.Facts;

/// <summary>What was busy during a moment: averages over a lifetime would hide it.</summary>
/// <param name="MachinePercent">Of all cores together; null where it is not known.</param>
/// <param name="Processes">Those that were there at the end of the moment.</param>
internal sealed record ProcessorUsage(double? MachinePercent, IReadOnlyList<ProcessReport> Processes)
{
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(500);

    public static async Task<ProcessorUsage> SampleAsync(TimeProvider time, CancellationToken abort)
    {
        var (started, machine, before) = (time.GetTimestamp(), MachineTicks(), ProcessSample.All().ToDictionary(sample => sample.Key));
        await Task.Delay(_moment, time, abort);
        var (seconds, machineNow, after) = (time.GetElapsedTime(started).TotalSeconds, MachineTicks(), ProcessSample.All());
        return new ProcessorUsage(
            machine is { } from && machineNow is { } to ? Share(from, to) : null,
            [.. after.Select(sample => sample.Report(before.GetValueOrDefault(sample.Key), seconds))]);
    }

    /// <summary>Null if the counters stand still, as in some containers.</summary>
    internal static double? Share((double Busy, double All) from, (double Busy, double All) to) =>
        to.All > from.All ? Math.Round(Math.Clamp((to.Busy - from.Busy) / (to.All - from.All), 0, 1) * 100, 1) : null;

    /// <param name="line">The first of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal; guests are counted in user.</param>
    internal static (double Busy, double All) Ticks(string line)
    {
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8)
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        var all = ticks.Sum();
        return (all - ticks.Skip(3).Take(2).Sum(), all);
    }

    private static (double Busy, double All)? MachineTicks() =>
        OperatingSystem.IsLinux() ? Ticks(File.ReadLines("/proc/stat").First()) : null;
}
