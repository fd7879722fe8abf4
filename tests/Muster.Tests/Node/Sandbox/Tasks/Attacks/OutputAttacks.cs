using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class OutputAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    [Theory]
    [InlineData("head -c 100000000 /dev/zero", 100_000_000)]
    [InlineData("head -c 50000000 /dev/zero >&2 & head -c 50000000 /dev/zero; wait", 100_000_000)]
    [InlineData("yes muster:status=succeeded | head -n 5000000", 120_000_000)]
    public async Task Flood_OfOutput_ArrivesWhole(string script, long bytes)
    {
        // A container engine passes output on slowly.
        var result = await Fixture.ShellAsync(script, job => job with { Limits = job.Limits with { Timeout = TimeSpan.FromMinutes(3) } });

        result.End.ShouldBe(SandboxEnd.Exited, result.ToString()[..200]);
        result.Bytes.ShouldBe(bytes);
    }

    [Fact]
    public async Task Flood_ToAReceiverThatWaits_WaitsInTheTask()
    {
        var output = new HeldOutput();
        await using var run = await Fixture.Sandbox.StartAsync(Fixture.Job(["sh", "-c", "head -c 1000000 /dev/zero; echo written >&2"]), output, TestContext.Current.CancellationToken);
        await output.First.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);

        output.Bytes.ShouldBeLessThanOrEqualTo(64 * 1024);
        run.Outcome.IsCompleted.ShouldBeFalse();

        output.Go.Set();
        (await run.Outcome.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken)).ExitCode.ShouldBe(0);
        output.Bytes.ShouldBe(1_000_008);
    }

    [Fact]
    public async Task Bytes_ThatAreNoText_ComeAsTheyAre()
    {
        var output = new KeptOutput();
        await using var run = await Fixture.Sandbox.StartAsync(Fixture.Job(["printf", "a\\000\\377\\376\\033[2Jb"]), output, TestContext.Current.CancellationToken);

        await run.Outcome;

        output.Raw.ShouldBe([(byte)'a', 0, 255, 254, 27, (byte)'[', (byte)'2', (byte)'J', (byte)'b']);
    }

    [Fact]
    public async Task Receiver_ThatFails_EndsTheTaskAndIsTold()
    {
        await using var run = await Fixture.Sandbox.StartAsync(Fixture.Job(["sh", "-c", "echo x; sleep 1000"]), new BrokenOutput(), TestContext.Current.CancellationToken);

        (await Should.ThrowAsync<InvalidOperationException>(() =>
            run.Outcome.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken))).Message.ShouldBe("The log is full.");
    }

    [Theory]
    [InlineData("exec >&- 2>&-; sleep 0.2; exit 3")]
    [InlineData("exec 1>&2; exec 2>&-; exit 3")]
    public async Task Streams_Closed_TheEndIsStillSeen(string script)
    {
        var result = await Fixture.ShellAsync(script);

        result.ExitCode.ShouldBe(3);
    }

    private sealed class HeldOutput : ISandboxOutput
    {
        public TaskCompletionSource First { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ManualResetEventSlim Go { get; } = new();

        public long Bytes { get; private set; }

        public void Write(bool stderr, ReadOnlySpan<byte> bytes)
        {
            Bytes += bytes.Length;
            First.TrySetResult();
            Go.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
        }
    }

    private sealed class BrokenOutput : ISandboxOutput
    {
        public void Write(bool stderr, ReadOnlySpan<byte> bytes) => throw new InvalidOperationException("The log is full.");
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessOutputAttacks(ProcessSandboxFixture fixture) : OutputAttacks(fixture), IClassFixture<ProcessSandboxFixture>;
