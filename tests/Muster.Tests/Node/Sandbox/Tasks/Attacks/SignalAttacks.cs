using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class SignalAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    [Theory]
    [InlineData("trap '' TERM INT HUP QUIT; echo started; while :; do sleep 1000; done")]
    [InlineData("trap '' TERM; (trap '' TERM; setsid sleep 1000) & echo started; sleep 1000")]
    [InlineData("echo started; kill -STOP $$")]
    public async Task Stop_TermIsIgnored_IsKilledAfterTheGrace(string script)
    {
        var (outcome, stdout) = await StopAsync(["sh", "-c", script]);

        outcome.End.ShouldBe(SandboxEnd.Stopped);
        outcome.ExitCode.ShouldBeGreaterThan(128);
        outcome.Detail.ShouldBe("The person had enough of it.");
        stdout.ShouldBe("started\n");
    }

    [Fact]
    public async Task Stop_AllSignalsAreBlocked_IsKilledAfterTheGrace()
    {
        var (outcome, _) = await StopAsync(["/usr/bin/python3", "-c",
            "import signal, time; signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals()); print('started', flush=True); time.sleep(1000)"]);

        outcome.End.ShouldBe(SandboxEnd.Stopped);
        outcome.ExitCode.ShouldBe(137);
    }

    [Fact]
    public async Task Stop_TermIsHeeded_LetsTheTaskCleanUp()
    {
        var (outcome, stdout) = await StopAsync(["sh", "-c", "trap 'echo bye; exit 7' TERM; echo started; sleep 1000 & wait"],
            job => job with { Limits = job.Limits with { Grace = TimeSpan.FromSeconds(20) } });

        outcome.End.ShouldBe(SandboxEnd.Stopped);
        outcome.ExitCode.ShouldBe(7);
        stdout.ShouldBe("started\nbye\n");
    }

    [Fact]
    public async Task Kill_Everybody_IsOnlyItsOwn()
    {
        var result = await Fixture.ShellAsync("sleep 1000 & setsid sleep 1000 & kill -9 -1; echo $?; ls -d /proc/[0-9]* | wc -l");

        result.Stdout.ShouldMatch("0\n[2-9]\n", result.ToString());
    }

    [Theory]
    [InlineData("kill -9 1; echo $?")]
    [InlineData("kill -STOP 1; echo $?")]
    [InlineData("for p in $(seq 1 400); do [ $p = $$ ] || kill -9 $p; done 2>/dev/null; echo 0")]
    public async Task Kill_ItsFirstProcess_ChangesNothing(string script)
    {
        var result = await Fixture.ShellAsync(script);

        result.ShouldSatisfyAllConditions(
            () => result.End.ShouldBe(SandboxEnd.Exited, result.ToString()),
            () => result.Stdout.ShouldBe("0\n"));
    }

    [Fact]
    public async Task Pipe_HeldByAnOrphan_DoesNotKeepTheNodeWaiting()
    {
        var result = await Fixture.ShellAsync("(setsid sh -c 'trap \"\" TERM HUP; sleep 1000' &) ; echo done");

        result.Stdout.ShouldBe("done\n");
        result.Outcome.Usage.WallSeconds.ShouldBeLessThan(15);
    }

    [Fact]
    public async Task Freeze_Task_HaltsUntilThawedAndItsTimeWithIt()
    {
        var output = new KeptOutput();
        var job = Fixture.Job(["sh", "-c", "while :; do echo tick; sleep 0.01; done"],
            job => job with { Limits = job.Limits with { Timeout = TimeSpan.FromSeconds(1) } });
        await using var run = await Fixture.Sandbox.StartAsync(job, output, TestContext.Current.CancellationToken);
        await output.First.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

        await run.FreezeAsync();
        // What was in the pipe when it was halted still comes.
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        var (bytes, usage) = (output.Bytes, run.Usage());
        await Task.Delay(TimeSpan.FromSeconds(1.2), TimeProvider.System, TestContext.Current.CancellationToken);

        output.Bytes.ShouldBe(bytes);
        run.Usage().WallSeconds.ShouldBe(usage.WallSeconds);
        run.Outcome.IsCompleted.ShouldBeFalse();

        await run.ThawAsync();
        var outcome = await run.Outcome.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        outcome.End.ShouldBe(SandboxEnd.TimedOut);
        output.Bytes.ShouldBeGreaterThan(bytes);
    }

    [Fact]
    public async Task Stop_WhileFrozen_EndsIt()
    {
        var output = new KeptOutput();
        await using var run = await Fixture.Sandbox.StartAsync(Fixture.Job(["sh", "-c", "trap '' TERM; echo started; while :; do :; done"]), output, TestContext.Current.CancellationToken);
        await output.First.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await run.FreezeAsync();

        await run.StopAsync("Enough.").WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

        (await run.Outcome).End.ShouldBe(SandboxEnd.Stopped);
    }

    [Fact]
    public async Task Dispose_WhileItRuns_EndsIt()
    {
        var run = await Fixture.Sandbox.StartAsync(Fixture.Job(["sh", "-c", "trap '' TERM; sleep 1000"]), new KeptOutput(), TestContext.Current.CancellationToken);

        await run.DisposeAsync();

        (await run.Outcome).ShouldSatisfyAllConditions(
            outcome => outcome.End.ShouldBe(SandboxEnd.Stopped),
            outcome => outcome.ExitCode.ShouldBe(137));
    }

    private async Task<(SandboxOutcome Outcome, string Stdout)> StopAsync(IReadOnlyList<string> command, Func<SandboxJob, SandboxJob>? change = null)
    {
        var output = new KeptOutput();
        await using var run = await Fixture.Sandbox.StartAsync(Fixture.Job(command, change), output, TestContext.Current.CancellationToken);
        await output.First.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await run.StopAsync("The person had enough of it.").WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        return (await run.Outcome, output.Stdout);
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessSignalAttacks(ProcessSandboxFixture fixture) : SignalAttacks(fixture), IClassFixture<ProcessSandboxFixture>
{
    [Fact]
    public async Task Freeze_TaskThatForksWithoutEnd_HaltsItEachTime()
    {
        var output = new KeptOutput();
        await using var run = await Fixture.Sandbox.StartAsync(
            Fixture.Job(["sh", "-c", "echo started; while :; do sleep 0.001; done"]), output, TestContext.Current.CancellationToken);
        await output.First.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

        for (var i = 0; i < 100; i++)
        {
            await run.FreezeAsync();
            await run.ThawAsync();
        }

        run.Outcome.IsCompleted.ShouldBeFalse();
    }
}
