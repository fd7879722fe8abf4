using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Muster.Node.Sandbox.Tasks.Host;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks;

/// <summary>No isolation: for the owner's own tasks, and still within bounds.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class HostSandboxTests(HostSandboxTests.Fixture fixture) : IClassFixture<HostSandboxTests.Fixture>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        SandboxFixture.ProcessesOf(fixture.Home).ShouldBeEmpty();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Start_TaskOfAnotherOwner_IsRefused() =>
        (await Should.ThrowAsync<SandboxUnavailableException>(() => fixture.Sandbox.StartAsync(fixture.Job(["true"]), new KeptOutput(), Cancel)))
            .Message.ShouldContain("nothing but tasks of its own owner");

    [Fact]
    public async Task Start_ProgramThatIsNotThere_EndsWithTheShellsCode() =>
        (await fixture.RunAsync(["/no/such/program"], Own)).ExitCode.ShouldBe(127);

    [Fact]
    public async Task Run_Command_HasItsFolderEnvironmentAndExitCode()
    {
        File.WriteAllText(Path.Combine(fixture.Base, "here"), "");

        var result = await fixture.ShellAsync("pwd; echo $MUSTER_INDEX $HOME; ulimit -c; ulimit -n; echo out > out; echo no >&2; exit 5",
            job => Own(job) with { Environment = new Dictionary<string, string> { ["MUSTER_INDEX"] = "7" } });

        result.ExitCode.ShouldBe(5);
        result.End.ShouldBe(SandboxEnd.Exited);
        var lines = result.Stdout.Split('\n');
        lines[0].ShouldStartWith(Path.Combine(fixture.Base, "work"));
        lines[1].ShouldBe($"7 {lines[0]}");
        lines[2..4].ShouldBe(["0", "1024"]);
        result.Stderr.ShouldBe("no\n");
        result.Files["out"].ShouldBe(4);
    }

    [Theory]
    [InlineData("sleep 1000", SandboxEnd.TimedOut)]
    [InlineData("trap '' TERM; (setsid sh -c '(sleep 1000 &)' &); sleep 1000", SandboxEnd.TimedOut)]
    [InlineData("exec cat /dev/zero > huge", SandboxEnd.OutOfDisk)]
    [InlineData("for i in 1 2 3 4 5 6 7 8; do head -c 4000000 /dev/zero > f$i; done; sleep 1000", SandboxEnd.OutOfDisk)]
    [InlineData("exec perl -e '$x = q(x) x 1_000_000_000; sleep 1000'", SandboxEnd.OutOfMemory)]
    public async Task Run_PastALimit_IsEnded(string script, SandboxEnd end)
    {
        var result = await fixture.ShellAsync(script, job => Own(job) with
        {
            Limits = job.Limits with { Timeout = TimeSpan.FromSeconds(end == SandboxEnd.TimedOut ? 3 : 60), DiskBytes = 20 << 20 },
        });

        result.End.ShouldBe(end, result.ToString());
        result.ExitCode.ShouldNotBe(0);
    }

    [Fact]
    public async Task Run_Daemon_EndsWithTheCommand() =>
        (await fixture.ShellAsync("(setsid sh -c '(sleep 1000 >/dev/null 2>&1 &)' &); echo done", Own)).Stdout.ShouldBe("done\n");

    [Fact]
    public async Task Stop_Frozen_EndsIt()
    {
        var output = new KeptOutput();
        await using var run = await fixture.Sandbox.StartAsync(
            fixture.Job(["sh", "-c", "trap 'echo bye; exit 7' TERM; echo started; while :; do sleep 0.01; done"],
                job => Own(job) with { Limits = job.Limits with { Grace = TimeSpan.FromSeconds(20) } }), output, Cancel);
        await output.First;

        await run.FreezeAsync();
        await run.StopAsync("Enough.").WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);

        var outcome = await run.Outcome;
        (outcome.End, outcome.ExitCode, outcome.Detail).ShouldBe((SandboxEnd.Stopped, 7, "Enough."));
        output.Stdout.ShouldBe("started\nbye\n");
    }

    [Fact]
    public async Task Freeze_OfWhatIsOver_DoesNothing()
    {
        var run = await fixture.Sandbox.StartAsync(fixture.Job(["true"], Own), new KeptOutput(), Cancel);
        (await run.Outcome).ExitCode.ShouldBe(0);
        await run.DisposeAsync();

        await run.FreezeAsync();
        await run.ThawAsync();
    }

    [Fact]
    public async Task Usage_OfABusyTask_IsMeasured()
    {
        var result = await fixture.ShellAsync("while :; do :; done", job => Own(job) with { Limits = job.Limits with { Timeout = TimeSpan.FromSeconds(2) } });

        result.Outcome.Usage.CpuSeconds.ShouldBeInRange(0.05, 4);
        result.Outcome.Usage.PeakMemoryBytes.ShouldBeInRange(100_000, 50_000_000);
    }

    private static SandboxJob Own(SandboxJob job) => job with { OwnersOwn = true };

    [UnsupportedOSPlatform("windows")]
    public sealed class Fixture : SandboxFixture
    {
        private HostSandbox? _sandbox;

        internal override ITaskSandbox Sandbox => _sandbox ??= new HostSandbox(new TaskSandboxOptions { Home = Home }, TimeProvider.System);
    }
}
