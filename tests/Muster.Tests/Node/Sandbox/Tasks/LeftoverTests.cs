using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Muster.Node.Folders;
using Muster.Node.Sandbox;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Bubblewrap;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Node.Sandbox.Tasks.Work;
using Muster.Testing;
using Muster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

[CollectionDefinition(nameof(LeftoverTests), DisableParallelization = true)]
public sealed class LeftoverCollection;

/// <summary>Counts what the whole process and machine hold, so it runs beside nothing else.</summary>
[UnsupportedOSPlatform("windows")]
[Collection(nameof(LeftoverTests))]
public sealed class LeftoverTests(ProcessSandboxFixture fixture) : IClassFixture<ProcessSandboxFixture>
{
    private const string HomeVariable = "MUSTER_TEST_SANDBOX_HOME";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Runs_AThousand_LeaveTheMachineAsItWas()
    {
        await RunAsync(20);
        var before = Held.Now(fixture.Home);

        await RunAsync(1000);

        // Namespaces are taken down by the kernel in its own time.
        var now = before;
        await Eventually.TrueAsync(() => (now = Held.Now(fixture.Home)).IsNoMoreThan(before), Cancel, () => $"Before: {before}; now: {now}. Threads: {OpenThreads.Describe()}.");
    }

    [Fact]
    public async Task Process_KilledWhileATaskRuns_LeavesNothingThatRunsAndTheRestIsReaped()
    {
        await fixture.RequireAsync();
        using var home = new TemporaryFolder();
        using var child = StartChild(home.Path);
        (await child.StandardOutput.ReadLineAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Cancel)).ShouldNotBeNull();
        while (!(await child.StandardOutput.ReadLineAsync(Cancel))!.Contains("the task runs", StringComparison.Ordinal))
        {
            // What the test runner has to say before.
        }

        child.Kill();
        await child.WaitForExitAsync(Cancel);

        await Eventually.TrueAsync(() => SandboxFixture.ProcessesOf(home.Path).Count == 0, Cancel);
        var sandbox = New(home.Path);
        SandboxFixture.CgroupsOf(home.Path).SelectMany(Directory.EnumerateDirectories).ShouldNotBeEmpty();
        (await sandbox.ReapAsync(Cancel)).ShouldBe(1);
        SandboxFixture.CgroupsOf(home.Path).SelectMany(Directory.EnumerateDirectories).ShouldBeEmpty();
        (await sandbox.ReapAsync(Cancel)).ShouldBe(0);
        SandboxFixture.RemoveCgroups(home.Path);
    }

    /// <summary>Not a test: the node that is killed.</summary>
    [Fact(Explicit = true)]
    public async Task Child_RunsATask()
    {
        var home = Environment.GetEnvironmentVariable(HomeVariable)!;
        var work = Directory.CreateDirectory(Path.Combine(home, "work")).FullName;
        var output = new KeptOutput();
        await using var run = await New(home).StartAsync(fixture.Job(["sh", "-c", "trap '' TERM HUP; setsid sleep 1000 & echo started; sleep 1000"],
            job => job with { WorkFolder = work, Limits = job.Limits with { Timeout = TimeSpan.FromHours(1) } }), output, Cancel);
        await output.First;
        Console.WriteLine("the task runs");
        await run.Outcome;
    }

    [Fact]
    public async Task Reap_OrphanInAnAttemptsGroup_IsEndedEvenFrozen()
    {
        await fixture.RequireAsync();
        var tree = CgroupSearch.Find(fixture.Home, CgroupMounts.OfThisProcess());
        using var orphan = Process.Start("sleep", "1000");
        var cgroup = tree.Of("tsk_orphan.1");
        cgroup.Create(fixture.Job(["true"]).Limits, ours: 0);
        cgroup.Join(orphan.Id);
        await Eventually.TrueAsync(() => cgroup.Freeze(frozen: true), Cancel);

        (await fixture.Sandbox.ReapAsync(Cancel)).ShouldBe(1);

        await orphan.WaitForExitAsync(Cancel).WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Cancel);
        tree.Bases.SelectMany(Directory.EnumerateDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Reap_AttemptThatRuns_IsLeftAlone()
    {
        var output = new KeptOutput();
        await fixture.RequireAsync();
        await using var run = await fixture.Sandbox.StartAsync(fixture.Job(["sh", "-c", "echo started; sleep 1; echo done"]), output, Cancel);
        await output.First;

        (await fixture.Sandbox.ReapAsync(Cancel)).ShouldBe(0);

        (await run.Outcome).ExitCode.ShouldBe(0);
        output.Stdout.ShouldBe("started\ndone\n");
    }

    [Fact]
    public async Task Reap_SandboxWhoseNodeDiedBeforeTheRelease_WaitsUntilItIsEnded()
    {
        await fixture.RequireAsync();
        var job = fixture.Job(["touch", "/work/ran"]);
        using var gone = Process.Start("true");
        await gone.WaitForExitAsync(Cancel);
        var marker = CallMarker.Next(fixture.Home).Replace($".{Environment.ProcessId}.", $".{gone.Id}.", StringComparison.Ordinal);
        var first = await OnThread(() =>
        {
            var bubble = Bubble.Start("/usr/bin/bwrap", Arguments(job), new WorkPlace(job, Stage.Shared), job, marker, _ => { });
            bubble.AwaitMounts();
            // As if the node had been killed: the outside goes, and nobody holds the pipe here any more.
            bubble.Outside.Signal(Libc.Kill);
            _ = bubble.Reap();
            bubble.Abandon();
            return bubble.First.Pid;
        });
        SandboxFixture.ProcessesOf(fixture.Home).ShouldBe([first]);

        await fixture.Sandbox.ReapAsync(Cancel);

        await Eventually.TrueAsync(() => SandboxFixture.ProcessesOf(fixture.Home).Count == 0, Cancel);
    }

    private async Task RunAsync(int count)
    {
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            for (var i = Interlocked.Increment(ref next); i <= count; i = Interlocked.Increment(ref next))
            {
                var result = await fixture.RunAsync(["true"], job => i % 2 == 0 ? job with { Limits = job.Limits with { DiskBytes = 200 << 20 } } : job);
                result.ExitCode.ShouldBe(0, result.ToString());
            }
        }, Cancel)));
    }

    private BubblewrapArguments Arguments(SandboxJob job)
    {
        var root = new SandboxRoot(new TaskSandboxOptions { Home = fixture.Home }, TimeProvider.System);
        return new BubblewrapArguments
        {
            Root = Stage.Shared.Always(root.Current()),
            ReadOnly = [.. root.Mounts.Select(path => (Stage.Shared.Always(path), path))],
            Limits = job.Limits,
            Environment = TaskEnvironment.Of(job, "/work", null),
            Handles = default,
        };
    }

    private static Task<T> OnThread<T>(Func<T> work) =>
        Task.Factory.StartNew(work, Cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static BubblewrapSandbox New(string home) =>
        new(new TaskSandboxOptions { Home = home }, TimeProvider.System, NullLogger<BubblewrapSandbox>.Instance);

    private static Process StartChild(string home)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(LeftoverTests).Assembly.Location);
        }

        foreach (var argument in new[] { "-method", $"{typeof(LeftoverTests).FullName}.{nameof(Child_RunsATask)}", "-explicit", "only", "-showLiveOutput" })
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[HomeVariable] = home;
        return Process.Start(start)!;
    }

    /// <summary>What there is of the things that a sandbox is made of.</summary>
    private sealed record Held(int Handles, int Threads, int Mounts, int Shown, int Cgroups, int Processes, int Networks, int Temporary)
    {
        public static Held Now(string home) => new(
            OpenHandles.Count(),
            OpenThreads.Count(),
            File.ReadAllLines("/proc/self/mountinfo").Length,
            Stage.Shared.Shown.Count,
            SandboxFixture.CgroupsOf(home).SelectMany(Directory.EnumerateDirectories).Count(),
            SandboxFixture.ProcessesOf(home).Count,
            ProcessFiles.All().Select(pid => new FileInfo($"/proc/{pid}/ns/net").LinkTarget).Where(link => link is not null).Distinct().Count(),
            Directory.EnumerateFileSystemEntries(home, "*", SearchOption.AllDirectories).Count());

        public bool IsNoMoreThan(Held before) =>
            Handles <= before.Handles && Threads <= before.Threads && Mounts <= before.Mounts && Shown <= before.Shown
            && Cgroups <= before.Cgroups && Processes <= before.Processes && Networks <= before.Networks && Temporary <= before.Temporary;
    }
}
