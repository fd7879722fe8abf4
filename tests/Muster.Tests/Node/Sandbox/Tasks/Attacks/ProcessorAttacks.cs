using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class ProcessorAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    [Theory]
    [InlineData("perl -e 'fork while 1'")]
    [InlineData("perl -e 'while (1) { if (!defined(my $p = fork)) { sleep 1 } elsif (!$p) { setpgrp; sleep 100 } }'")]
    [InlineData("exec sh -c 'exec \"$0\" -c \"$1\" \"$0\" \"$1\"' sh 'exec \"$0\" -c \"$1\" \"$0\" \"$1\"'")]
    [InlineData("while :; do :; done")]
    [InlineData("sleep 1000")]
    [InlineData("kill -STOP $$; echo unreachable")]
    public async Task Bomb_GoesOnForEver_IsStoppedAtItsTime(string script)
    {
        var result = await Fixture.ShellAsync(script, Limited(pids: 40, seconds: 1));

        result.End.ShouldBe(SandboxEnd.TimedOut, result.ToString());
        result.Outcome.Usage.WallSeconds.ShouldBeInRange(0.99, 15);
        result.Outcome.Detail.ShouldNotBeNull().ShouldContain("1 s, its time limit");
        result.Stdout.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("import os, time\nn = 0\ntry:\n while True:\n  if os.fork() == 0: time.sleep(100)\n  n += 1\nexcept OSError: print(n)")]
    [InlineData("import threading, time\nn = 0\ntry:\n while True:\n  threading.Thread(target=time.sleep, args=(100,), daemon=True).start(); n += 1\nexcept RuntimeError: print(n)")]
    public async Task Processes_UpToTheLimit_AreAllThereAre(string script)
    {
        var result = await Fixture.PythonAsync(script, Limited(pids: 30));

        result.End.ShouldBe(SandboxEnd.Exited, result.ToString());
        int.Parse(result.Stdout).ShouldBeInRange(25, 30);
    }

    [Theory]
    [InlineData("(setsid sleep 1000 &); echo done")]
    [InlineData("(setsid sh -c '(setsid sleep 1000 >/dev/null 2>&1 &) &' >/dev/null 2>&1 &); nohup sleep 1000 & echo done")]
    [InlineData("trap '' TERM HUP INT; sleep 1000 & echo done")]
    public async Task Daemon_OutlivesTheCommand_EndsWithIt(string script)
    {
        var result = await Fixture.ShellAsync(script);

        result.End.ShouldBe(SandboxEnd.Exited, result.ToString());
        result.Stdout.ShouldBe("done\n");
        result.Outcome.Usage.WallSeconds.ShouldBeLessThan(15);
    }

    [Fact]
    public async Task Processors_ManyProcesses_ShareTheLimit()
    {
        var result = await Fixture.ShellAsync("for i in 1 2 3 4; do while :; do :; done & done; wait", Limited(cpus: 0.25, seconds: 2));

        result.End.ShouldBe(SandboxEnd.TimedOut);
        // A burst of a period, and what the machine counts late.
        result.Outcome.Usage.CpuSeconds.ShouldBeInRange(0.05, result.Outcome.Usage.WallSeconds * 0.25 * 1.5);
    }

    [Theory]
    [InlineData("import os; os.nice(-5)")]
    [InlineData("import os; os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))")]
    [InlineData("import os; os.setpriority(os.PRIO_USER, 0, -20)")]
    [InlineData("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (65536, 65536))")]
    public async Task Priority_Raised_IsRefused(string script)
    {
        var result = await Fixture.PythonAsync(script);

        result.ExitCode.ShouldBe(1);
        result.Stderr.ShouldContain("rror");
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessProcessorAttacks(ProcessSandboxFixture fixture) : ProcessorAttacks(fixture), IClassFixture<ProcessSandboxFixture>;
