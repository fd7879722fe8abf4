using Muster.Node.Folders;

namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>A group in several hierarchies, one for each controller.</summary>
/// <param name="folders">By the names of the controllers.</param>
/// <param name="swap">Whether the kernel limits memory and swap together.</param>
internal sealed class CgroupV1(IReadOnlyDictionary<string, string> folders, bool swap) : ICgroup
{
    // What a new group has.
    private const long Period = 100_000;

    private IEnumerable<string> Folders => folders.Values.Distinct(StringComparer.Ordinal);

    public void Create(SandboxLimits limits, int ours)
    {
        foreach (var folder in Folders)
        {
            Directory.CreateDirectory(folder);
        }

        var memory = folders["memory"];
        CgroupFiles.Write(memory, "memory.limit_in_bytes", limits.MemoryBytes);
        if (swap)
        {
            CgroupFiles.Write(memory, "memory.memsw.limit_in_bytes", limits.MemoryBytes);
        }

        CgroupFiles.Write(folders["cpu"], "cpu.cfs_quota_us", Math.Max(1000, (long)(limits.Cpus * Period)));
        CgroupFiles.Write(folders["pids"], "pids.max", limits.Pids + ours);
    }

    public void Join(int pid)
    {
        foreach (var folder in Folders)
        {
            CgroupFiles.Write(folder, "cgroup.procs", pid);
        }
    }

    public IReadOnlyList<int> Processes() => CgroupFiles.Processes(folders["pids"]);

    public void Kill()
    {
        foreach (var pid in Folders.SelectMany(CgroupFiles.Processes).Distinct())
        {
            _ = Libc.kill(pid, Libc.Kill);
        }

        // One that is frozen dies once it thaws.
        Freeze(frozen: false);
    }

    public bool Freeze(bool frozen)
    {
        var state = frozen ? "FROZEN" : "THAWED";
        // A process that waits for the child it just forked is overlooked, and found by the next write.
        CgroupFiles.Write(folders["freezer"], "freezer.state", state);
        return CgroupFiles.Read(folders["freezer"], "freezer.state")?.Trim() == state;
    }

    public double CpuSeconds() => (CgroupFiles.Number(folders["cpuacct"], "cpuacct.usage") ?? 0) / 1e9;

    public long PeakMemory() => CgroupFiles.Number(folders["memory"], "memory.max_usage_in_bytes") ?? 0;

    public long OutOfMemoryKills() => CgroupFiles.Number(folders["memory"], "memory.oom_control", "oom_kill") ?? 0;

    public bool Remove() => Folders.All(CgroupFiles.Remove);
}
