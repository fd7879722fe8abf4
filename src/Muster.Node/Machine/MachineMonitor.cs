using System.Globalization;
using Muster.Protocol.Wire;

namespace Muster.Node.Machine;

/// <summary>Readings of this machine. Shares and speeds are those since the last reading; one caller at a time.</summary>
/// <param name="folder">On the disk that is told of.</param>
internal sealed class MachineMonitor(MachineFiles files, string folder, Func<IReadOnlyList<Gpu>> gpus, TimeProvider time)
{
    private (long Busy, long All) _cpu;
    private (long In, long Out, long At)? _network;

    public NodeReadings Read()
    {
        var readings = new NodeReadings { Cpu = Cpu(), Temperature = Temperature() };
        ReadMemory(readings);
        ReadDisk(readings);
        ReadNetwork(readings);
        if (gpus() is { Count: > 0 } all)
        {
            (readings.Gpus, readings.GpuName, readings.Gpu) = ((uint)all.Count, all[0].Name, all.Max(gpu => gpu.Busy));
            readings.GpuMemoryUsedBytes = (ulong)all.Sum(gpu => gpu.MemoryUsed);
            readings.GpuMemoryTotalBytes = (ulong)all.Sum(gpu => gpu.MemoryTotal);
        }

        return readings;
    }

    private double Cpu()
    {
        var line = files.Lines("proc/stat").FirstOrDefault(line => line.StartsWith("cpu ", StringComparison.Ordinal));
        if (line is null)
        {
            return 0;
        }

        // user nice system idle iowait irq softirq steal; what guests use is in user already
        var ticks = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(Whole).ToList();
        var all = ticks.Sum();
        var before = _cpu;
        _cpu = (all - ticks.Skip(3).Take(2).Sum(), all);
        return before.All == 0 || all <= before.All ? 0 : Math.Clamp((_cpu.Busy - before.Busy) / (double)(all - before.All), 0, 1);
    }

    private void ReadMemory(NodeReadings readings)
    {
        var lines = files.Lines("proc/meminfo");
        if (lines.Count == 0)
        {
            var memory = GC.GetGCMemoryInfo();
            (readings.MemoryTotalBytes, readings.MemoryUsedBytes) = ((ulong)memory.TotalAvailableMemoryBytes, (ulong)memory.MemoryLoadBytes);
            return;
        }

        ulong Of(string name) => (ulong)(lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var value, ..] ? Whole(value) : 0) * 1024;
        readings.MemoryTotalBytes = Of("MemTotal:");
        readings.MemoryUsedBytes = readings.MemoryTotalBytes - Math.Min(readings.MemoryTotalBytes, Of("MemAvailable:"));
    }

    private void ReadDisk(NodeReadings readings)
    {
        try
        {
            var drive = new DriveInfo(folder);
            // What is kept for the system alone is neither used nor anybody's, as df counts.
            var used = Math.Max(0, drive.TotalSize - drive.TotalFreeSpace);
            (readings.DiskTotalBytes, readings.DiskUsedBytes) = ((ulong)(used + drive.AvailableFreeSpace), (ulong)used);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // a disk that does not answer is told as unknown
        }
    }

    /// <summary>Of the hottest sensor; those of the processor are in the first place.</summary>
    private double Temperature()
    {
        var zones = files.Entries("sys/class/thermal", "thermal_zone").Select(zone => zone + "/temp").ToList();
        var sensors = files.Entries("sys/class/hwmon", "hwmon").SelectMany(chip => files.Entries(chip, "temp")).Where(path => path.EndsWith("_input", StringComparison.Ordinal));
        return Hottest(zones) is var hottest and > 0 ? hottest : Hottest(sensors);
    }

    private double Hottest(IEnumerable<string> paths) =>
        paths.Select(path => (files.Number(path) ?? 0) / 1000.0).Where(degrees => degrees is > 0 and < 150).DefaultIfEmpty(0).Max();

    private void ReadNetwork(NodeReadings readings)
    {
        var cards = files.Lines("proc/net/dev").Skip(2)
            .Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2 && parts[0].Trim() != "lo")
            .Select(parts => (Name: parts[0].Trim(), Counts: parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries))).Where(card => card.Counts.Length >= 9).ToList();

        // Bridges and tunnels carry again what the cards do; where there are no cards, as in a container, they are all there is.
        var real = cards.Where(card => files.Exists($"sys/class/net/{card.Name}/device")).ToList();
        var counted = real.Count > 0 ? real : cards;
        var now = (In: counted.Sum(card => Whole(card.Counts[0])), Out: counted.Sum(card => Whole(card.Counts[8])), At: time.GetTimestamp());
        if (_network is { } before && time.GetElapsedTime(before.At, now.At).TotalSeconds is var seconds and > 0)
        {
            readings.NetworkIn = Math.Max(0, now.In - before.In) / seconds;
            readings.NetworkOut = Math.Max(0, now.Out - before.Out) / seconds;
        }

        _network = now;
    }

    private static long Whole(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
