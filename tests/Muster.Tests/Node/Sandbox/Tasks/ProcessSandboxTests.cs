using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Compute;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Bubblewrap;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Work;
using Muster.Node.Tools;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

[UnsupportedOSPlatform("windows")]
public sealed class ProcessSandboxTests(ProcessSandboxFixture fixture) : IClassFixture<ProcessSandboxFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Refused => new()
    {
        { "name", "its name may have" },
        { "command", "it has no command" },
        { "zero", "a zero character" },
        { "variable", "the name of a variable" },
        { "folder", "no whole path" },
        { "cpus", "`cpus`" },
        { "memory", "`memory`" },
        { "disk", "`disk`" },
        { "pids", "`pids`" },
        { "time", "time limit" },
        { "image", "needs the isolation `container`" },
        { "gone", "is not there" },
        { "host", "is no host" },
    };

    [Fact]
    public async Task Home_WhoseRightsWereTakenAway_RunsTasksAsBefore()
    {
        await fixture.RequireAsync();
        using var home = new TemporaryFolder();
        BubblewrapSandbox New() => new(new TaskSandboxOptions { Home = home.Path }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance);
        (await New().CheckAsync(Cancel)).Works.ShouldBeTrue();
        foreach (var entry in Directory.EnumerateFileSystemEntries(home.Path, "*", SearchOption.AllDirectories).Where(entry => new FileInfo(entry).LinkTarget is null))
        {
            File.SetUnixFileMode(entry, File.GetUnixFileMode(entry) & (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute));
        }

        var status = await New().CheckAsync(Cancel);
        status.Works.ShouldBeTrue(status.Sentence);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task Start_WhatCannotBeRun_IsRefusedAndLeavesNothing(string what, string sentence)
    {
        await fixture.RequireAsync();
        var job = fixture.Job(["true"], job => what switch
        {
            "name" => job with { Attempt = "../x" },
            "command" => job with { Command = [] },
            "zero" => job with { Command = ["true", "a\0b"] },
            "variable" => job with { Environment = new Dictionary<string, string> { ["A=B"] = "c" } },
            "folder" => job with { WorkFolder = "work" },
            "cpus" => job with { Limits = job.Limits with { Cpus = double.NaN } },
            "memory" => job with { Limits = job.Limits with { MemoryBytes = 1000 } },
            "disk" => job with { Limits = job.Limits with { DiskBytes = 0 } },
            "pids" => job with { Limits = job.Limits with { Pids = 0 } },
            "time" => job with { Limits = job.Limits with { Timeout = TimeSpan.Zero } },
            "image" => job with { Container = new ContainerRequest("debian", PullPolicy.Missing, []) },
            "gone" => job with { WorkFolder = job.WorkFolder + "-not" },
            "host" => job with { Egress = EgressPolicy.AllowList("no host") },
            _ => job,
        });

        (await Should.ThrowAsync<SandboxUnavailableException>(() => fixture.Sandbox.StartAsync(job, new KeptOutput(), Cancel))).Message.ShouldContain(sentence);
        await fixture.ProveCleanAsync();
    }

    [Fact]
    public async Task Start_AttemptThatRuns_IsRefused()
    {
        await fixture.RequireAsync();
        var job = fixture.Job(["sleep", "1000"]);
        await using var run = await fixture.Sandbox.StartAsync(job, new KeptOutput(), Cancel);

        (await Should.ThrowAsync<SandboxUnavailableException>(() => fixture.Sandbox.StartAsync(job, new KeptOutput(), Cancel))).Message.ShouldContain("runs already");
    }

    [Fact]
    public async Task Start_Cancelled_LeavesNothing()
    {
        await fixture.RequireAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => fixture.Sandbox.StartAsync(fixture.Job(["true"]), new KeptOutput(), cancelled.Token));

        await fixture.ProveCleanAsync();
    }

    [Theory]
    [InlineData("no-such-program", "There is no program \"no-such-program\"", 127)]
    [InlineData("/etc/passwd", "Permission denied", 126)]
    public async Task Start_ProgramThatCannotBeExecuted_FailsAsInAShell(string program, string reason, int code)
    {
        var result = await fixture.RunAsync([program]);

        result.End.ShouldBe(SandboxEnd.FailedToStart, result.ToString());
        result.Outcome.Detail.ShouldNotBeNull().ShouldContain(reason);
        result.ExitCode.ShouldBe(code);
    }

    [Fact]
    public async Task Usage_OfATask_IsMeasured()
    {
        var result = await fixture.ShellAsync("i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; head -c 20000000 /dev/zero > x");

        result.ExitCode.ShouldBe(0, result.ToString());
        result.Outcome.Usage.CpuSeconds.ShouldBeInRange(0.02, 20);
        result.Outcome.Usage.PeakMemoryBytes.ShouldBeInRange(20_000_000, 64 << 20);
        result.Outcome.Usage.WallSeconds.ShouldBeInRange(0.02, 20);
        result.Outcome.Usage.BytesIn.ShouldBe(0);
    }

    [Fact]
    public async Task OwnUser_OfATask_IsNobodyOnTheMachineToo()
    {
        await fixture.RequireAsync();
        Assert.SkipUnless(Environment.UserName == "root", "Only root can be someone else.");
        var output = new KeptOutput();
        var job = fixture.Job(["sh", "-c", "echo x > x; echo started; sleep 1000"], job => job with { Limits = job.Limits with { DiskBytes = 1L << 30 } });
        await using var run = await fixture.Sandbox.StartAsync(job, output, Cancel);
        await output.First;

        var users = SandboxFixture.CgroupsOf(fixture.Home).Select(folder => Path.Combine(folder, job.Attempt, "cgroup.procs"))
            .Where(File.Exists).SelectMany(File.ReadAllLines).Distinct()
            .Select(pid => File.ReadAllLines($"/proc/{pid}/status"))
            .Select(status => string.Join(' ', status.Where(line => line.StartsWith("Uid:", StringComparison.Ordinal) || line.StartsWith("Gid:", StringComparison.Ordinal) || line.StartsWith("Groups:", StringComparison.Ordinal))))
            .Select(line => line.Replace('\t', ' ').Trim()).ToList();

        users.Count.ShouldBeGreaterThanOrEqualTo(3);
        users.ShouldAllBe(line => line == "Uid: 65534 65534 65534 65534 Gid: 65534 65534 65534 65534 Groups:");
        Muster.Node.Folders.Libc.Facts(Path.Combine(job.WorkFolder, "x")).ShouldNotBeNull().User.ShouldBe(65534u);
    }

    [Fact]
    public async Task Inputs_WithAnotherNameElsewhere_AreNotTheTasksToChange()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can be someone else.");
        var kept = Path.Combine(fixture.Base, "kept");
        File.WriteAllText(kept, "kept\n");

        var result = await fixture.ShellAsync("cat linked; echo changed > linked; echo changed > own; cat own", job =>
        {
            File.WriteAllText(Path.Combine(job.WorkFolder, "own"), "own\n");
            System.Diagnostics.Process.Start("ln", [kept, Path.Combine(job.WorkFolder, "linked")]).WaitForExit();
            return job;
        });

        result.Stdout.ShouldBe("kept\nchanged\n", result.ToString());
        File.ReadAllText(kept).ShouldBe("kept\n");
    }

    [Theory]
    [InlineData(null, "is not installed", "apt install bubblewrap")]
    [InlineData("echo 'bwrap: setting up uid map: Permission denied' >&2; exit 1", "Permission denied", "user namespaces")]
    [InlineData("echo 'bwrap: Unknown option --bind-future' >&2; exit 1", "Unknown option", "could not make the sandbox")]
    public async Task Check_BubblewrapThatDoesNotWork_SaysWhyAndStartsNothing(string? fake, string reason, string more)
    {
        using var home = new TemporaryFolder();
        // Not below /tmp: a start finds there only what the node put there.
        var program = $"/var/tmp/muster-test-bwrap-{Environment.ProcessId}-{reason.Length}";
        if (fake is not null)
        {
            File.WriteAllText(program, $"#!/bin/sh\n{fake}\n");
            File.SetUnixFileMode(program, (UnixFileMode)0b111_101_101);
        }

        var sandbox = new BubblewrapSandbox(new TaskSandboxOptions { Home = home.Path }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance,
            new BubblewrapPlaces(program));

        var status = await sandbox.CheckAsync(Cancel);
        var refusal = await Should.ThrowAsync<SandboxUnavailableException>(() => sandbox.StartAsync(fixture.Job(["true"]), new KeptOutput(), Cancel));

        status.Works.ShouldBeFalse();
        status.Sentence.ShouldContain(reason);
        status.Sentence.ShouldContain(more);
        refusal.Message.ShouldBe(status.Sentence);
        (await sandbox.CheckEgressAsync(Cancel)).ShouldBe(status);
        SandboxFixture.RemoveCgroups(home.Path);
        File.Delete(program);
    }

    [Fact]
    public async Task Check_WithoutControlGroups_SaysWhatToDoAndIsTriedAgain()
    {
        using var home = new TemporaryFolder();
        var time = new FakeTime();
        var places = new BubblewrapPlaces(Mounts: new CgroupMounts("", ""));
        var sandbox = new BubblewrapSandbox(new TaskSandboxOptions { Home = home.Path }, time, NullLogger<BubblewrapSandbox>.Instance, places);

        var first = await sandbox.CheckAsync(Cancel);
        var second = await sandbox.CheckAsync(Cancel);
        time.Advance(TimeSpan.FromSeconds(31));
        var third = await sandbox.CheckAsync(Cancel);

        first.Works.ShouldBeFalse();
        first.Sentence.ShouldContain("Delegate=yes");
        second.ShouldBeSameAs(first);
        third.ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task Levels_OfANode_AreThoseThatItsOwnerLetsIn()
    {
        using var home = new TemporaryFolder();
        var compute = new ComputeOptions { EngineSocket = Path.Combine(home.Path, "engine.sock") };
        var tools = new ToolOptions { Home = home.Path, WorkingDir = home.Path };

        var found = await PoolSandboxes.CheckAsync(compute, tools, TimeProvider.System, Cancel);
        var withNone = await PoolSandboxes.CheckAsync(compute with { NoSandbox = true }, tools, TimeProvider.System, Cancel);

        found.Select(level => level.Level).ShouldBe([IsolationLevel.Process, IsolationLevel.Container]);
        withNone.Select(level => level.Level).ShouldBe([IsolationLevel.None, IsolationLevel.Process, IsolationLevel.Container]);
        withNone.ShouldAllBe(level => level.Status.Sentence.Length > 0);
        PoolSandboxes.Of(compute with { NoSandbox = true, Enabled = false }, tools, TimeProvider.System, NullLoggerFactory.Instance).ShouldBeEmpty();
        SandboxFixture.RemoveCgroups(home.Path);
    }

    [Fact]
    public void Removal_OfFoldersThatMayOnlyBeRead_TakesThemAll()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "cache");
        var inner = Directory.CreateDirectory(Path.Combine(path, "mod", "inner")).FullName;
        File.WriteAllText(Path.Combine(inner, "file"), "");
        var readOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute;
        Array.ForEach([inner, Path.GetDirectoryName(inner)!, path], each => File.SetUnixFileMode(each, readOnly));

        OrdinaryUser.Run(folder.Path, () => FolderRemoval.Remove(path));

        Directory.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public void Removal_OfWhatIsVeryDeep_TakesItAll()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "deep");
        Directory.CreateDirectory(path);
        System.Diagnostics.Process.Start("perl", ["-e", "chdir($ARGV[0]); for (1 .. 3000) { mkdir(q(d)); chdir(q(d)); open(F, q(>), q(f)) } ", path]).WaitForExit();

        FolderRemoval.Remove(path);

        Directory.Exists(path).ShouldBeFalse();
    }
}
