using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Sandbox;
using Muster.Node.Tools;
using Muster.Testing;
using Muster.Tests.Node.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox;

/// <summary>What happens when a command does not end by itself, in the sandbox and on the host.</summary>
public sealed class ProcessEndTests
{
    // Each ends, if nobody ends it, long after the test.
    public static TheoryData<ShellIsolation, string> Stubborn => new MatrixTheoryData<ShellIsolation, string>(
        [ShellIsolation.Process, ShellIsolation.Host],
        [
            "sleep {id}",
            "trap '' TERM INT HUP; sleep {id} & sleep {id}; sleep {id}",
            "(setsid sh -c '(sleep {id} &)' &) ; sleep {id}",
            "nohup sleep {id} & disown; sleep {id}",
            "trap '' TERM; while true; do sleep {id}; done",
        ]);

    [Theory]
    [MemberData(nameof(Stubborn))]
    public async Task Shell_Aborted_IsGone(ShellIsolation isolation, string command)
    {
        using var bench = await BenchAsync(isolation);
        using var abort = new CancellationTokenSource();
        var started = new TaskCompletionSource();
        var id = UniqueSeconds();

        var run = bench.CallAsync("shell", new { command = $"echo started; {command.Replace("{id}", id, StringComparison.Ordinal)}" },
            abort.Token, _ => started.TrySetResult());
        await started.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await UntilAsync(() => Running(id) > 0);
        var clock = TimeProvider.System.GetTimestamp();
        await abort.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => run);

        TimeProvider.System.GetElapsedTime(clock).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        await UntilAsync(() => Running(id) == 0);
    }

    [Theory]
    [InlineData(ShellIsolation.Process)]
    [InlineData(ShellIsolation.Host)]
    public async Task Shell_TimedOut_SaysSoAndKeepsWhatCame(ShellIsolation isolation)
    {
        using var bench = await BenchAsync(isolation);
        var id = UniqueSeconds();

        var result = await bench.ShellAsync("", new { command = $"echo before; trap '' TERM; sleep {id}; sleep {id}", timeout = 1 });

        result.Stdout.ShouldBe("before\n");
        result.ExitCode.ShouldNotBe(0);
        result.Note.ShouldNotBeNull().ShouldContain("Stopped after 1 s (the limit; ask for up to 120 s)");
        await UntilAsync(() => Running(id) == 0);
    }

    [Theory]
    [InlineData(ShellIsolation.Process)]
    [InlineData(ShellIsolation.Host)]
    public async Task Shell_LeavesAProcessThatHoldsThePipe_ReturnsAndEndsIt(ShellIsolation isolation)
    {
        using var bench = await BenchAsync(isolation);
        var id = UniqueSeconds();

        var result = await bench.ShellAsync($"(setsid sleep {id} &) ; echo done");

        result.ExitCode.ShouldBe(0);
        result.Stdout.ShouldBe("done\n");
        await UntilAsync(() => Running(id) == 0);
    }

    [Theory]
    [InlineData(ShellIsolation.Process)]
    [InlineData(ShellIsolation.Host)]
    public async Task Shell_TermIsHeeded_LetsTheCommandCleanUp(ShellIsolation isolation)
    {
        using var bench = await BenchAsync(isolation);

        await bench.ShellAsync("", new { command = "trap 'echo bye > bye; exit 0' TERM; sleep 100 & wait", timeout = 2 });

        File.Exists(Path.Combine(bench.Work, "bye")).ShouldBeTrue();
    }

    [Fact]
    public async Task Shell_InvalidUtf8_IsReplacedAndTheRestKept()
    {
        using var bench = await BenchAsync(ShellIsolation.Process);

        var result = await bench.ShellAsync("printf 'a\\xff\\xfeb\\xe4\\xbd'; printf '\\xa0'; printf '\\xe4' >&2");

        result.Stdout.ShouldBe("a��b你");
        result.Stderr.ShouldBe("�");
    }

    [Theory]
    [InlineData("head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2")]
    [InlineData("head -c 200000 /dev/zero | tr '\\0' '\\377'; yes 你好 | head -n 20000 >&2")]
    [InlineData("yes '\"\\' | head -n 30000; yes 😀 | head -n 30000 >&2")]
    public async Task Shell_OutputThatGrowsAsJson_StaysBelowTheCapOfTheLoop(string command)
    {
        using var bench = await BenchAsync(ShellIsolation.Host);

        var text = ToolBench.Text(await bench.CallAsync("shell", new { command }));
        var result = JsonSerializer.Deserialize(text, ToolJson.Plain.ShellResult).ShouldNotBeNull();

        OutputCap.Tail.Apply(text).ShouldBeSameAs(text);
        result.Stdout.ShouldContain("characters left out");
        result.Stderr.ShouldContain("characters left out");
        result.Note.ShouldNotBeNull().ShouldContain("cut in the middle");
    }

    [Theory]
    [InlineData(ShellIsolation.Process)]
    [InlineData(ShellIsolation.Host)]
    public async Task EndLost_NodeIsGone_EndsItsCommandsAndNoOthers(ShellIsolation isolation)
    {
        using var bench = await BenchAsync(isolation);
        var options = new SandboxOptions { WorkingDir = bench.Work, Home = bench.Home };
        var launcher = new ShellLauncher(isolation, options, new SandboxCheck(options, TimeProvider.System));
        var (lost, held) = (UniqueSeconds(), UniqueSeconds());
        using var gone = Process.Start("true");
        await gone.WaitForExitAsync(TestContext.Current.CancellationToken);

        using var lostProcess = Start(await launcher.PlanAsync($"sleep {lost}", bench.Work), gone.Id);
        using var heldProcess = Start(await launcher.PlanAsync($"sleep {held}", bench.Work), Environment.ProcessId);
        await UntilAsync(() => Running(lost) == 1 && Running(held) == 1);

        CallMarker.EndLost(bench.Home + "-other").ShouldBe(0);
        CallMarker.EndLost(bench.Home).ShouldBeGreaterThan(0);

        await UntilAsync(() => Running(lost) == 0);
        Running(held).ShouldBe(1);
        heldProcess.Kill(entireProcessTree: true);
        await UntilAsync(() => Running(held) == 0);

        static Process Start(LaunchPlan plan, int node)
        {
            var info = new ProcessStartInfo(plan.Program, plan.Arguments) { WorkingDirectory = plan.WorkingDir };
            info.Environment.Clear();
            foreach (var (name, value) in plan.Environment)
            {
                info.Environment[name] = value.Replace($".{Environment.ProcessId}.", $".{node}.", StringComparison.Ordinal);
            }

            return Process.Start(info)!;
        }
    }

    [Fact]
    public void OutputBuffer_CharacterSplitOverReads_StaysWhole()
    {
        var buffer = new OutputBuffer(1000);
        foreach (var b in Encoding.UTF8.GetBytes("é你😀"))
        {
            buffer.Add([b]);
        }

        buffer.ToString().ShouldBe("é你😀");
    }

    [Theory]
    [InlineData(10)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(101)]
    [InlineData(5000)]
    public void OutputBuffer_AnyLength_KeepsHeadAndTail(int length)
    {
        var text = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        var buffer = new OutputBuffer(100);
        foreach (var part in text.Chunk(7))
        {
            buffer.Add(Encoding.UTF8.GetBytes(part));
        }

        buffer.Bytes.ShouldBe(length);
        buffer.Cut.ShouldBe(length > 100);
        buffer.ToString().ShouldStartWith(text[..Math.Min(50, length)]);
        buffer.ToString().ShouldEndWith(text[^Math.Min(50, length)..]);
    }

    private static async Task<ToolBench> BenchAsync(ShellIsolation isolation)
    {
        var bench = new ToolBench(options => options with { Isolation = isolation });
        if (isolation == ShellIsolation.Process)
        {
            await ToolBench.RequireSandboxAsync(bench);
        }

        return bench;
    }

    // An argument of sleep that no other test uses.
    private static int _next = 100_000;

    private static string UniqueSeconds() => $"{Interlocked.Increment(ref _next)}.{Environment.ProcessId}";

    private static int Running(string id) => Process.GetProcessesByName("sleep").Count(process =>
    {
        using (process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(id, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    });

    private static Task UntilAsync(Func<bool> condition) => Eventually.TrueAsync(condition, TestContext.Current.CancellationToken);
}
