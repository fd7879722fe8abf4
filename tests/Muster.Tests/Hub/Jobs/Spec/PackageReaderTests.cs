using System.IO.Compression;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Spec;
using Muster.Hub.Jobs.Spec.Packages;
using Shouldly;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Spec;

/// <summary>A ZIP as a job.</summary>
public sealed class PackageReaderTests
{
    private static readonly PackageTerms _terms = new() { Name = "primes", TimeoutSeconds = 60 };

    [Theory]
    [InlineData("run.py main.py app.py", "run.py")]
    [InlineData("main.py app.py a.py", "main.py")]
    [InlineData("run.sh start.py", "start.py")]
    [InlineData("run.sh b.py a.py", "run.sh")]
    [InlineData("b.py a.sh z.py data.csv", "a.sh")]
    [InlineData("work/run.py work/main.py", "work/run.py")]
    [InlineData("work/lib/run.py work/z.py", "work/z.py")]
    [InlineData("work/run.py main.py", "main.py")]
    [InlineData("work/run.py __MACOSX/work/._run.py .DS_Store", "work/run.py")]
    public void Package_Scripts_TheRightOneIsRun(string files, string entry)
    {
        var step = Read(files).Plan.ShouldNotBeNull().Steps.ShouldHaveSingleItem();

        step.Entry.ShouldBe(entry);
        step.Command.ShouldBeEmpty(); // the node's own way to run a script
    }

    [Theory]
    [InlineData("a.txt b.exe")]
    [InlineData("one/run.py two/run.py")]
    [InlineData("work/deep/run.py")]
    [InlineData("work/run.py readme.txt")]
    [InlineData("")]
    public void Package_WithoutAScript_IsRefused(string files) => Read(files).Errors.ShouldHaveSingleItem().Message.ShouldContain("no script");

    [Fact]
    public void Package_Plan_KeepsTheWholeWorkspace()
    {
        var plan = Read("run.py", _terms with { Hosts = 3, Priority = JobPriority.High, MaxMicro = 5 }).Plan!;

        (plan.Name, plan.Priority, plan.MaxMicro).ShouldBe(("primes", JobPriority.High, 5));
        var step = plan.Steps.ShouldHaveSingleItem();
        (step.Runtime, step.Package, step.Count, step.Gang, step.TimeoutSeconds).ShouldBe((TaskRuntime.Process, ".muster-package.zip", 3, true, 60));
        step.Inputs.ShouldHaveSingleItem().ShouldBe(new InputPlan(".muster-package.zip", Specs.Hash, 123, null));
        step.Outputs.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("run.py requirements.txt")]
    [InlineData("work/run.py work/requirements.txt")]
    public void Package_Requirements_NeedNetwork(string files)
    {
        Read(files).Errors.ShouldHaveSingleItem().Message.ShouldBe("requirements.txt is installed inside the sandbox when the task asks for network, and this one does not.");
        Read(files, _terms with { Needs = new NeedsPlan { Network = ["pypi.org"] } }).Plan.ShouldNotBeNull();
    }

    [Fact]
    public void Package_MadeToHarm_IsRefused() => Read("run.py ../evil.py").Errors.ShouldHaveSingleItem().Message.ShouldContain("leads out of its folder");

    [Fact]
    public void Package_NoZip_IsRefused() =>
        PackageReader.Read(new MemoryStream("print('hello')"u8.ToArray()), new SpecFile(Specs.Hash, 1), _terms).Errors.ShouldHaveSingleItem().Message.ShouldStartWith("This is not a ZIP file");

    private static CompiledSpec Read(string files, PackageTerms? terms = null)
    {
        var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in files.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                zip.CreateEntry(file);
            }
        }

        return PackageReader.Read(stream, new SpecFile(Specs.Hash, 123), terms ?? _terms);
    }
}
