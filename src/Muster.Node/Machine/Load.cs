using System.Globalization;
using Muster.Protocol.Wire;

namespace Muster.Node.Machine;

/// <summary>How busy this machine is, cheap enough for every heartbeat.</summary>
internal static class Load
{
    public static Heartbeat Beat(uint running, NodeReadings? readings, IEnumerable<CodingSessionInfo> sessions, TimeProvider time) => new()
    {
        CodingSessions = { sessions },
        Running = running,
        Load = Math.Clamp(Average() / Environment.ProcessorCount, 0, 1),
        MemoryFreeBytes = MemoryFree(),
        SentAt = time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0,
        Readings = readings,
    };

    private static double Average() =>
        OperatingSystem.IsLinux() ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    private static ulong MemoryFree()
    {
        if (!OperatingSystem.IsLinux())
        {
            var memory = GC.GetGCMemoryInfo();
            return (ulong)Math.Max(0, memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes);
        }

        var line = File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        return line is null ? 0 : ulong.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
