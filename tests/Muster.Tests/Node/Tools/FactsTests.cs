using Muster.Node.Tools.Facts;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Tools;

public sealed class FactsTests
{
    [Theory]
    [InlineData("dotnet", "/usr/bin/dotnet\0/opt/muster/muster.dll\0up\0--key\0secret", "muster")]
    [InlineData("dotnet", "dotnet\0exec\0--additionalprobingpath\0/x\0/srv/Shop.Api.dll", "Shop.Api")]
    [InlineData("dotnet", "dotnet\0build\0Muster.slnx", "dotnet build")]
    [InlineData("python3", "/usr/bin/python3.12\0-u\0/home/ann/backup.py\0--token\0x", "backup.py")]
    [InlineData("python", "python\0-m\0http.server", "http.server")]
    [InlineData("python3", "python3\0-c\0print('secret')", "python3")]
    [InlineData("MainThread", "node\0-r\0ts-node\0/srv/app/server.js", "server.js")]
    [InlineData("java", "java\0-Xmx1g\0-cp\0/lib\0-jar\0/opt/jenkins.war", "jenkins.war")]
    [InlineData("systemd-journal", "/lib/systemd/systemd-journald", "systemd-journald")]
    [InlineData("nginx", "nginx: worker process", "nginx: worker process")]
    [InlineData("bash", "-bash", "bash")]
    [InlineData("odd", "", "odd")]
    public void ProcessName_OfACommandLine_IsWhatRuns(string name, string line, string expected) =>
        ProcessName.Of(name, line.Split('\0', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(expected);

    [Fact]
    public void Processor_BetweenTwoMoments_IsBusyForTheShareThatWasNotIdle()
    {
        var from = ProcessorUsage.Ticks("cpu  100 0 50 800 50 0 0 0 70 0");
        var to = ProcessorUsage.Ticks("cpu  125 0 75 840 60 0 0 0 90 0");

        ProcessorUsage.Share(from, to).ShouldBe(50);
        ProcessorUsage.Share(from, from).ShouldBeNull("a counter that stands still tells nothing");
    }

    [Fact]
    public void Process_BetweenTwoMoments_HasTheShareOfThatTime()
    {
        var before = new ProcessSample(7, 1, "x", CpuSeconds: 3600, MemoryBytes: 10);

        (before with { CpuSeconds = 3600.25 }).Report(before, 0.5).CpuPercent.ShouldBe(50);
        (before with { CpuSeconds = 0.1 }).Report(null, 0.5).CpuPercent.ShouldBe(20, "it began in between");
    }
}
