using Muster.Node.Folders;

namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>A group in the one hierarchy of version 2.</summary>
internal sealed class CgroupV2(string folder) : ICgroup
{
    private const long Period = 100_000;
    private long _peak;

    public void Create(SandboxLimits limits, int ours)
    {
        Directory.CreateDirectory(folder);
        CgroupFiles.Write(folder, "memory.max", limits.MemoryBytes);
        if (File.Exists(Path.Combine(folder, "memory.swap.max")))
        {
            CgroupFiles.Write(folder, "memory.swap.max", 0);
        }

        CgroupFiles.Write(folder, "memory.oom.group", 1);
        CgroupFiles.Write(folder, "cpu.max", $"{Math.Max(1000, (long)(limits.Cpus * Period))} {Period}");
        CgroupFiles.Write(folder, "pids.max", limits.Pids + ours);
    }

    public void Join(int pid) => CgroupFiles.Write(folder, "cgroup.procs", pid);

    public IReadOnlyList<int> Processes() => CgroupFiles.Processes(folder);

    public void Kill()
    {
        if (File.Exists(Path.Combine(folder, "cgroup.kill")))
        {
            CgroupFiles.Write(folder, "cgroup.kill", 1);
            return;
        }

        // Linux before 5.14. Version 2 ends frozen processes too.
        foreach (var pid in Processes())
        {
            _ = Libc.kill(pid, Libc.Kill);
        }
    }

    public bool Freeze(bool frozen)
    {
        var state = frozen ? 1 : 0;
        CgroupFiles.Write(folder, "cgroup.freeze", state);
        return CgroupFiles.Number(folder, "cgroup.events", "frozen") == state;
    }

    public double CpuSeconds() => (CgroupFiles.Number(folder, "cpu.stat", "usage_usec") ?? 0) / 1e6;

    // Linux before 5.19 keeps no peak; what was seen is the best there is.
    public long PeakMemory() => CgroupFiles.Number(folder, "memory.peak")
        ?? (_peak = Math.Max(_peak, CgroupFiles.Number(folder, "memory.current") ?? 0));

    public long OutOfMemoryKills() => CgroupFiles.Number(folder, "memory.events", "oom_kill") ?? 0;

    public bool Remove() => CgroupFiles.Remove(folder);
}
