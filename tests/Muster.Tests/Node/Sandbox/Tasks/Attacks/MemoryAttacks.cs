using System.Runtime.Versioning;
using Muster.Node.Sandbox.Tasks;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox.Tasks.Attacks;

[UnsupportedOSPlatform("windows")]
public abstract class MemoryAttacks(SandboxFixture fixture) : SandboxAttack(fixture)
{
    [Theory]
    [InlineData("a = []\nwhile True: a.append(bytearray(1 << 20))")]
    [InlineData("import mmap\nm = mmap.mmap(-1, 1 << 30)\nfor i in range(0, 1 << 30, 4096): m[i] = 1")]
    [InlineData("import os\nfor _ in range(8):\n if os.fork() == 0:\n  a = []\n  while True: a.append(bytearray(1 << 20))\nos.wait(); import time; time.sleep(100)")]
    [InlineData("f = open('/dev/shm/x', 'wb')\nwhile True: f.write(bytes(1 << 20))")]
    public async Task Memory_PastTheLimit_EndsTheTaskAndSaysSo(string script)
    {
        var result = await Fixture.PythonAsync(script, Limited(memory: 48, disk: 4096));

        result.End.ShouldBe(SandboxEnd.OutOfMemory, result.ToString());
        result.ExitCode.ShouldBe(137);
        result.Outcome.Detail.ShouldNotBeNull().ShouldContain("`memory`");
        result.Outcome.Usage.PeakMemoryBytes.ShouldBeInRange(40 << 20, 48 << 20);
    }

    [Fact]
    public async Task Child_ThatTakesTooMuch_EndsTheTaskAsOutOfMemoryWhateverItsParentSays()
    {
        var result = await Fixture.PythonAsync("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = bytearray(600 << 20)'])\nprint('still here')", Limited(memory: 48));

        result.End.ShouldBe(SandboxEnd.OutOfMemory, result.ToString());
    }

    [Fact]
    public async Task Memory_ReservedButNotTouched_IsNotCounted()
    {
        var result = await Fixture.PythonAsync("import mmap\nm = mmap.mmap(-1, 8 << 30)\nprint(len(m))", Limited(memory: 48));

        result.Stdout.ShouldBe($"{8L << 30}\n", result.ToString());
        result.Outcome.Usage.PeakMemoryBytes.ShouldBeLessThan(48 << 20);
    }

    [Fact]
    public async Task TemporaryFolder_Filled_IsFullBeforeTheMemoryIs()
    {
        var result = await Fixture.ShellAsync("head -c 100000000 /dev/zero > /tmp/x; ls -l /tmp/x | cut -d' ' -f5", Limited(memory: 64));

        result.End.ShouldBe(SandboxEnd.Exited, result.ToString());
        result.Stderr.ShouldContain("No space left");
        long.Parse(result.Stdout).ShouldBe(32 << 20);
    }

    [Fact]
    public async Task PageCache_ChurnedThrough_IsNoReasonToEndIt()
    {
        var result = await Fixture.ShellAsync(
            "head -c 60000000 /dev/zero > big; for i in 1 2; do cat big /usr/bin/p* > /dev/null 2>&1; done; echo done",
            Limited(memory: 32, disk: 100, onDisk: true));

        result.End.ShouldBe(SandboxEnd.Exited, result.ToString());
        result.Stdout.ShouldBe("done\n");
        result.Outcome.Usage.PeakMemoryBytes.ShouldBeLessThanOrEqualTo(32 << 20);
    }
}

[UnsupportedOSPlatform("windows")]
public sealed class ProcessMemoryAttacks(ProcessSandboxFixture fixture) : MemoryAttacks(fixture), IClassFixture<ProcessSandboxFixture>;
