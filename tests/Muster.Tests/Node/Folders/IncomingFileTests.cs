using Muster.Agents.Tools;
using Muster.Node.Folders;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Folders;

/// <summary>Files that come over time, in both ways to reach a folder.</summary>
public sealed class IncomingFileTests : IDisposable
{
    private const string Temporary = ".muster-1.tmp";
    private readonly TemporaryFolder _folder = new();

    private string Work => Directory.CreateDirectory(Path.Combine(_folder.Path, "work")).FullName;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_Kept_HasItsContentAndPermissionsWithItsName(bool walked)
    {
        using (var file = Open(walked).Receive(new Incoming("docs/a", Temporary, 0b101_100_000u, Overwrite: false)))
        {
            RandomAccess.Write(file.Content, "whole"u8, 0);
            File.Exists(PathOf("docs/a")).ShouldBeFalse();
            File.GetUnixFileMode(PathOf("docs/" + Temporary)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            file.Keep();
        }

        File.ReadAllText(PathOf("docs/a")).ShouldBe("whole");
        File.GetUnixFileMode(PathOf("docs/a")).ShouldBe((UnixFileMode)0b101_100_000);
        Directory.GetFiles(PathOf("docs")).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_NotKept_LeavesNothing(bool walked)
    {
        using (var file = Open(walked).Receive(new Incoming("a", Temporary, null, Overwrite: false)))
        {
            RandomAccess.Write(file.Content, "half"u8, 0);
        }

        Directory.GetFiles(Work).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_WhoseNameIsTakenMeanwhile_ReplacesItOnlyWhereItMay(bool walked)
    {
        using (var file = Open(walked).Receive(new Incoming("a", Temporary, null, Overwrite: false)))
        {
            File.WriteAllText(PathOf("a"), "first");
            Should.Throw<ToolException>(file.Keep).Message.ShouldContain("is there already");
        }

        File.ReadAllText(PathOf("a")).ShouldBe("first");
        using (var file = Open(walked).Receive(new Incoming("a", Temporary, null, Overwrite: true)))
        {
            file.Keep();
        }

        new FileInfo(PathOf("a")).Length.ShouldBe(0);
        Directory.GetFiles(Work).ShouldBe([PathOf("a")]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rest_OfACrash_IsRemovedAndNothingElse(bool walked)
    {
        File.WriteAllText(PathOf(Temporary), "half");
        File.WriteAllText(PathOf("a"), "whole");

        Open(walked).Discard("a", Temporary);

        Directory.GetFiles(Work).ShouldBe([PathOf("a")]);
    }

    public void Dispose() => _folder.Dispose();

    private string PathOf(string file) => Path.Combine(Work, file);

    private IFolderAccess Open(bool walked)
    {
        var hidden = HiddenPlaces.Of(Path.Combine(_folder.Path, "home"), "");
        return walked ? new WalkedFolder(Work, hidden, new KeptFiles()) : new CheckedFolder(Work, hidden, new KeptFiles());
    }
}
