using Muster.Node.Sandbox.Tasks.Cgroups;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>What the kernel counts for one container: in its own group while it lives, and in the one around it afterwards.</summary>
/// <param name="around">The name of the group around it; null for none.</param>
internal sealed class ContainerGroup(IReadOnlyList<(string Folder, IReadOnlyList<string> Controllers)> tops, string? around)
{
    private List<(string Folder, IReadOnlyList<string> Controllers)> _inner = [];
    private double _cpu;
    private long _peak;
    private long _kills;

    /// <summary>As the engine is told of it.</summary>
    public string? Parent => around is null ? null : "/" + around;

    /// <summary>Makes the group around it, which holds nothing yet.</summary>
    public void Make()
    {
        foreach (var folder in Around())
        {
            Directory.CreateDirectory(folder);
            if (CgroupFiles.Read(folder, "memory.use_hierarchy")?.Trim() == "0")
            {
                CgroupFiles.Write(folder, "memory.use_hierarchy", 1);
            }
        }
    }

    /// <summary>Looks up the container's own.</summary>
    /// <param name="pid">Its first process, which may have ended.</param>
    public void Find(int pid, string id)
    {
        var found = new List<(string, IReadOnlyList<string>)>();
        foreach (var line in ProcessFiles.Read(pid, "cgroup")?.Split('\n') ?? [])
        {
            // Another machine's process may have that number here: then the path does not name the container.
            if (line.Split(':', 3) is [_, var names, var path] && path.Contains(id, StringComparison.Ordinal)
                && tops.FirstOrDefault(top => names.Length == 0 ? top.Controllers.Count == 0 : top.Controllers.Contains(names.Split(',')[0])) is { Folder: not null } top)
            {
                found.Add((top.Folder + path, top.Controllers));
            }
        }

        _inner = found;
        Measure();
    }

    /// <summary>Reads what there is; whatever has been seen counts.</summary>
    public void Measure()
    {
        foreach (var (folder, controllers) in _inner)
        {
            Measure(folder, controllers);
            _kills = Math.Max(_kills, controllers.Contains("memory") ? CgroupFiles.Number(folder, "memory.oom_control", "oom_kill") ?? 0
                : controllers.Count == 0 ? CgroupFiles.Number(folder, "memory.events", "oom_kill") ?? 0 : 0);
        }
    }

    /// <summary>Once the container is gone.</summary>
    /// <param name="limit">Of its memory.</param>
    public void MeasureLast(long limit)
    {
        foreach (var (top, controllers) in around is null ? [] : tops)
        {
            var folder = $"{top}/{around}";
            Measure(folder, controllers, WatcherOf(folder));
            if (controllers.Count == 0)
            {
                _kills = Math.Max(_kills, CgroupFiles.Number(folder, "memory.events", "oom_kill") ?? 0);
            }
        }

        _peak = Math.Min(_peak, limit);
    }

    public double CpuSeconds => _cpu;

    public long PeakMemory => _peak;

    public long OutOfMemoryKills => _kills;

    /// <summary>As this machine numbers them; none where they are not in sight.</summary>
    public IReadOnlyList<int> Processes() => _inner.Count == 0 ? [] : CgroupFiles.Processes(_inner[0].Folder);

    /// <returns>Whether the group around it is gone.</returns>
    public bool Remove(TimeProvider time) => Around().Select(folder => ContainerGroups.Remove(folder, time)).ToList().TrueForAll(gone => gone);

    private IEnumerable<string> Around() => around is null ? [] : tops.Select(top => $"{top.Folder}/{around}");

    // Podman's own process beside the container, which is not the task's.
    private static string? WatcherOf(string folder) => Directory.Exists(folder + "/conmon") ? folder + "/conmon" : null;

    private void Measure(string folder, IReadOnlyList<string> controllers, string? without = null)
    {
        _cpu = Math.Max(_cpu, Cpu(folder, controllers) - (without is null ? 0 : Cpu(without, controllers)));
        _peak = Math.Max(_peak, controllers.Contains("memory") ? CgroupFiles.Number(folder, "memory.max_usage_in_bytes") ?? 0
            : controllers.Count == 0 ? CgroupFiles.Number(folder, "memory.peak") ?? CgroupFiles.Number(folder, "memory.current") ?? 0 : 0);
    }

    private static double Cpu(string folder, IReadOnlyList<string> controllers) =>
        controllers.Contains("cpuacct") ? (CgroupFiles.Number(folder, "cpuacct.usage") ?? 0) / 1e9
        : controllers.Count == 0 ? (CgroupFiles.Number(folder, "cpu.stat", "usage_usec") ?? 0) / 1e6
        : 0;
}
