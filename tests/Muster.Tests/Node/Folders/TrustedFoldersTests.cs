using System.Runtime.Versioning;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Folders;

[UnsupportedOSPlatform("windows")]
public sealed class TrustedFoldersTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("muster-trust-").FullName;

    [Fact]
    public void Add_Folder_CoversWhatIsBelowByItsRealPath()
    {
        var project = Directory.CreateDirectory(Path.Combine(_base, "project/sub")).Parent!.FullName;
        Directory.CreateDirectory(Path.Combine(_base, "project-other"));
        Directory.CreateSymbolicLink(Path.Combine(_base, "alias"), project);
        Directory.CreateSymbolicLink(Path.Combine(project, "way-out"), _base);
        var trusted = new TrustedFolders(Path.Combine(_base, "home"));

        trusted.Add(Path.Combine(_base, "alias")).ShouldBe(project);

        trusted.IsTrusted(Path.Combine(project, "sub")).ShouldBeTrue();
        trusted.IsTrusted(Path.Combine(_base, "alias/sub")).ShouldBeTrue();
        trusted.IsTrusted(Path.Combine(project, "way-out/project-other")).ShouldBeFalse();
        trusted.IsTrusted(Path.Combine(_base, "project-other")).ShouldBeFalse();
        trusted.IsTrusted(_base).ShouldBeFalse();
    }

    [Fact]
    public void List_AnotherInstance_SeesTheChangeAndTheFileIsPrivate()
    {
        var home = Path.Combine(_base, "home");
        var project = Directory.CreateDirectory(Path.Combine(_base, "project")).FullName;
        new TrustedFolders(home).Add(project);
        new TrustedFolders(home).Add(project);

        new TrustedFolders(home).List().ShouldBe([project]);
        File.GetUnixFileMode(Path.Combine(home, "trusted.json")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        new TrustedFolders(home).Remove(project).ShouldBeTrue();
        new TrustedFolders(home).Remove(project).ShouldBeFalse();
        new TrustedFolders(home).IsTrusted(project).ShouldBeFalse();
    }

    [Fact]
    public void List_DamagedFile_SaysWhatToDo()
    {
        File.WriteAllText(Path.Combine(_base, "trusted.json"), "{");

        Should.Throw<ToolException>(() => new TrustedFolders(_base).IsTrusted(_base)).Message.ShouldContain("muster trust DIR");
        Should.Throw<ToolException>(() => new TrustedFolders(Path.Combine(_base, "x")).Add(Path.Combine(_base, "none"))).Message.ShouldContain("no folder");
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);
}
