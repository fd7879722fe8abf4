using System.Diagnostics;
using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

/// <summary>Version 2 on a tree of plain files, laid out as the kernel's; and its core on the kernel itself.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CgroupTests : IDisposable
{
    private const string Home = "/somewhere/.muster";
    private static readonly SandboxLimits _limits = new() { Cpus = 1.5, MemoryBytes = 256 << 20, DiskBytes = 1 << 30, Timeout = TimeSpan.FromSeconds(1) };
    private readonly TemporaryFolder _root = new();

    private string Service => Path.Combine(_root.Path, "system.slice/muster.service");

    public void Dispose() => _root.Dispose();

    [Fact]
    public void V2_DelegatedService_LimitsTasksBesideTheNode()
    {
        Lay(Service, "cpuset cpu io memory pids", enabled: "");

        var tree = CgroupSearch.Find(Home, Unified("/system.slice/muster.service"));
        var cgroup = tree.Of("tsk_1.1");
        Directory.CreateDirectory(Path.Combine(tree.Bases[0], "tsk_1.1"));
        File.WriteAllText(Path.Combine(tree.Bases[0], "tsk_1.1", "memory.swap.max"), "max\n");
        cgroup.Create(_limits, ours: 2);
        cgroup.Join(4711);

        tree.Sentence.ShouldBe("control groups, version 2");
        tree.Bases.ShouldBe([Path.Combine(Service, CgroupSearch.Name(Home))]);
        Read(Service, "muster-node/cgroup.procs").ShouldBe($"{Environment.ProcessId}");
        Read(Service, "cgroup.subtree_control").ShouldBe("+memory +cpu +pids");
        Read(tree.Bases[0], "cgroup.subtree_control").ShouldBe("+memory +cpu +pids");
        var attempt = Path.Combine(tree.Bases[0], "tsk_1.1");
        Read(attempt, "memory.max").ShouldBe($"{256 << 20}");
        Read(attempt, "memory.swap.max").ShouldStartWith("0");
        Read(attempt, "memory.oom.group").ShouldBe("1");
        Read(attempt, "cpu.max").ShouldBe("150000 100000");
        Read(attempt, "pids.max").ShouldBe("258");
        Read(attempt, "cgroup.procs").ShouldBe("4711");
    }

    [Theory]
    [InlineData("/system.slice/muster.service/muster-node")]
    [InlineData("/system.slice/muster.service")]
    public void V2_NodeThatHasMoved_FindsTheSamePlace(string own)
    {
        Lay(Service, "cpu memory pids", enabled: "cpu memory pids");
        Lay(Path.Combine(Service, "muster-node"), "cpu memory pids", enabled: "");

        CgroupSearch.Find(Home, Unified(own)).Bases.ShouldBe([Path.Combine(Service, CgroupSearch.Name(Home))]);
    }

    [Fact]
    public void V2_InAContainer_TheMountIsOnlyAPartOfTheTree()
    {
        Lay(_root.Path, "cpu memory pids", enabled: "cpu memory pids");

        var mounts = new CgroupMounts(MountInfo("/docker/abc"), "0::/docker/abc\n");

        CgroupSearch.Find(Home, mounts).Bases.ShouldBe([Path.Combine(_root.Path, CgroupSearch.Name(Home))]);
    }

    [Fact]
    public void V2_WithoutControllers_SaysWhatToDo()
    {
        Lay(Service, "io", enabled: "");
        Lay(_root.Path, "", enabled: "");

        var message = Should.Throw<SandboxUnavailableException>(() => CgroupSearch.Find(Home, Unified("/system.slice/muster.service"))).Message;

        message.ShouldContain($"{Service} has no memory, cpu, pids controller");
        message.ShouldContain("version 1) have no memory controller");
        message.ShouldContain("Delegate=yes");
    }

    [Fact]
    public void V2_NoUnifiedHierarchy_SaysSo() =>
        Should.Throw<SandboxUnavailableException>(() => CgroupSearch.Find(Home, new CgroupMounts("", "")))
            .Message.ShouldContain("no unified hierarchy");

    [Fact]
    public void V2_Facts_AreReadFromTheirFiles()
    {
        var folder = Path.Combine(_root.Path, "attempt");
        Directory.CreateDirectory(folder);
        var cgroup = new CgroupV2(folder);
        cgroup.ShouldSatisfyAllConditions(
            () => cgroup.CpuSeconds().ShouldBe(0),
            () => cgroup.PeakMemory().ShouldBe(0),
            () => cgroup.OutOfMemoryKills().ShouldBe(0));

        Put(folder, "memory.current", "3000\n");
        cgroup.PeakMemory().ShouldBe(3000);
        Put(folder, "memory.current", "1000\n");
        cgroup.PeakMemory().ShouldBe(3000);
        Put(folder, "memory.peak", "5000\n");
        Put(folder, "cpu.stat", "usage_usec 2500000\nuser_usec 1\nsystem_usec 2\n");
        Put(folder, "memory.events", "low 0\nhigh 0\nmax 12\noom 2\noom_kill 3\noom_group_kill 1\n");
        Put(folder, "cgroup.procs", "12\n345\n");

        cgroup.PeakMemory().ShouldBe(5000);
        cgroup.CpuSeconds().ShouldBe(2.5);
        cgroup.OutOfMemoryKills().ShouldBe(3);
        cgroup.Processes().ShouldBe([12, 345]);
    }

    [Fact]
    public void V2_FreezeAndKill_AreWrittenDown()
    {
        var folder = Path.Combine(_root.Path, "attempt");
        Directory.CreateDirectory(folder);
        Put(folder, "cgroup.kill", "");
        Put(folder, "cgroup.events", "populated 1\nfrozen 1\n");
        var cgroup = new CgroupV2(folder);

        cgroup.Freeze(frozen: false).ShouldBeFalse();
        cgroup.Freeze(frozen: true).ShouldBeTrue();
        cgroup.Kill();

        Read(folder, "cgroup.freeze").ShouldBe("1");
        Read(folder, "cgroup.kill").ShouldBe("1");
    }

    [Fact]
    public async Task V2_OnTheKernel_HoldsFreezesKillsAndGoes()
    {
        var own = CgroupMounts.OfThisProcess().Unified();
        Assert.SkipWhen(own is null || Environment.UserName != "root", "There is no unified hierarchy that this user may write to.");
        var folder = Path.Combine(own!, $"muster-test-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        var cgroup = new CgroupV2(folder);
        using var process = Process.Start("sleep", "1000");

        cgroup.Join(process.Id);
        cgroup.Processes().ShouldBe([process.Id]);
        cgroup.Remove().ShouldBeFalse();
        await Eventually.TrueAsync(() => cgroup.Freeze(frozen: true), TestContext.Current.CancellationToken);
        cgroup.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        await Eventually.TrueAsync(cgroup.Remove, TestContext.Current.CancellationToken);
        Directory.Exists(folder).ShouldBeFalse();
    }

    private CgroupMounts Unified(string own) => new(MountInfo("/"), $"1:name=systemd:{own}\n0::{own}\n");

    private string MountInfo(string root) =>
        "22 1 252:0 / / rw,relatime - ext4 /dev/vda rw\n" +
        $"41 31 0:38 {root} {_root.Path} rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";

    private static void Lay(string folder, string controllers, string enabled)
    {
        Directory.CreateDirectory(folder);
        Put(folder, "cgroup.controllers", controllers + "\n");
        Put(folder, "cgroup.subtree_control", enabled);
    }

    private static void Put(string folder, string file, string text) => File.WriteAllText(Path.Combine(folder, file), text);

    private static string Read(string folder, string file) => File.ReadAllText(Path.Combine(folder, file));
}
