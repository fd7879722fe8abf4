using Muster.Node.Sandbox;
using Muster.Tests.Node.Sandbox.Tasks;
using Muster.Tests.Node.Tools;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Sandbox;

/// <summary>Measures the memory of the whole process, so it runs beside nothing else.</summary>
[Collection(nameof(LeftoverTests))]
public sealed class ProcessMemoryTests
{
    [Fact]
    public async Task Shell_FiftyMegabytes_KeepsBothEndsInLittleMemory()
    {
        using var bench = new ToolBench(options => options with { Isolation = ShellIsolation.Process });
        await ToolBench.RequireSandboxAsync(bench);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var result = await bench.ShellAsync("echo first; head -c 50000000 /dev/zero | tr '\\0' 'x'; echo; echo last");

        result.Stdout.Length.ShouldBeLessThan(30_000);
        result.Stdout.ShouldStartWith("first\nx");
        result.Stdout.ShouldEndWith("x\nlast\n");
        result.Note.ShouldNotBeNull().ShouldContain("50000012 bytes");
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(20_000_000);
    }
}
