using System.Text;
using Muster.Node.Background;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Background;

public sealed class TaskOutputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => System.IO.Path.Combine(_folder.Path, "background", "one.txt");

    [Fact]
    public void Output_OfACallThatEndsInTheForeground_LeavesNoFile()
    {
        var output = new TaskOutput(Path, 1_000_000);
        output.Add(new string('x', 200_000));
        File.Exists(Path).ShouldBeTrue("it is too much to be held in memory");

        output.Discard();

        File.Exists(Path).ShouldBeFalse();
    }

    [Fact]
    public void Output_BeforeAndAfterItIsKept_IsWholeInTheFile()
    {
        using var output = new TaskOutput(Path, 1_000);
        output.Add("before ");
        output.Keep();
        output.Add("after");
        output.Result("not this, as it has printed");

        File.ReadAllText(Path).ShouldBe("before after");
        output.Newest.ShouldBe("before after");
    }

    [Fact]
    public void Output_BeyondItsBound_IsCutAtACharacterAndSaysSo()
    {
        using var output = new TaskOutput(Path, 10);
        output.Keep();
        output.Add("1234567好好");
        output.Add("late");

        File.ReadAllText(Path).ShouldBe("1234567好");
        output.Problem!.ShouldContain("background.max_output");
        output.Newest.ShouldEndWith("late");
    }

    [Fact]
    public void Progress_OfACallThatPrintsNothing_IsShownAndItsResultKept()
    {
        using var output = new TaskOutput(Path, 1_000);
        output.Keep();
        output.Show("half");
        output.Newest.ShouldBe("half");
        output.Show("nearly");
        output.Result("all of it");

        output.Newest.ShouldBe("all of it");
        File.ReadAllText(Path).ShouldBe("all of it");
    }

    [Fact]
    public void Newest_OfMuch_IsItsEndInWholeCharacters()
    {
        using var output = new TaskOutput(Path, 1_000_000);
        output.Add(string.Concat(Enumerable.Repeat("😀", 5_000)));

        output.Newest.Length.ShouldBeInRange(3_990, 4_000);
        output.Newest.ShouldNotContain("\uFFFD");
        char.IsLowSurrogate(output.Newest[0]).ShouldBeFalse();
    }

    [Fact]
    public void File_ReadInParts_GivesWholeCharacters()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, string.Concat(Enumerable.Repeat("好", 6_000)), new UTF8Encoding(false));

        OutputFile.Head(Path, 100).ShouldBe(new string('好', 33));
        OutputFile.Tail(Path)!.Distinct().ShouldBe(['好']);
        OutputFile.Tail(Path + "x").ShouldBeNull();
        OutputFile.Head(Path + "x", 10).ShouldBe("");
    }

    public void Dispose() => _folder.Dispose();
}
