using System.Runtime.Versioning;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Muster.Agents.Tools;
using Muster.Node.Folders;
using Shouldly;
using Xunit;

namespace Muster.Tests.Node.Folders;

[UnsupportedOSPlatform("windows")]
public sealed class ConfinedFolderTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("muster-folder-").FullName;
    private readonly ConfinedFolder _folder;

    public ConfinedFolderTests()
    {
        Directory.CreateDirectory(Path.Combine(_base, "outside"));
        File.WriteAllText(Path.Combine(_base, "outside/secret"), "secret");
        _folder = new ConfinedFolder(Path.Combine(_base, "work"), Path.Combine(_base, "work/.muster"), Path.Combine(_base, "work"));
        Directory.CreateDirectory(At("sub/deep"));
        File.WriteAllText(At("sub/file"), "inside");
    }

    [Theory]
    [InlineData("../outside/secret")]
    [InlineData("sub/../../outside/secret")]
    [InlineData("{base}/outside/secret")]
    [InlineData("{base}/work/../outside/secret")]
    [InlineData("{base}/work-other/secret")]
    [InlineData("/etc/passwd")]
    [InlineData("link-relative")]
    [InlineData("link-absolute")]
    [InlineData("link-folder/secret")]
    [InlineData("link-chain")]
    [InlineData("~/../outside/secret")]
    public void OpenRead_LeavesTheFolder_IsRefused(string path)
    {
        File.CreateSymbolicLink(At("link-relative"), "../outside/secret");
        File.CreateSymbolicLink(At("link-absolute"), Path.Combine(_base, "outside/secret"));
        Directory.CreateSymbolicLink(At("link-folder"), "../outside");
        File.CreateSymbolicLink(At("link-chain"), "link-relative");
        path = path.Replace("{base}", _base, StringComparison.Ordinal);

        Refused(() => _folder.OpenRead(path).Dispose()).ShouldContain("outside the working folder");
        Refused(() => _folder.Replace(path, "x"u8)).ShouldContain("outside the working folder");
        Refused(() => _folder.Append(path, "x"u8)).ShouldContain("outside the working folder");
        File.ReadAllText(Path.Combine(_base, "outside/secret")).ShouldBe("secret");
    }

    [Theory]
    [InlineData("sub/file")]
    [InlineData("./sub//deep/../file")]
    [InlineData("~/sub/file")]
    [InlineData("{base}/work/sub/file")]
    [InlineData("to-file")]
    [InlineData("to-file-absolute")]
    [InlineData("to-folder/file")]
    [InlineData("sub/deep/up")]
    public void OpenRead_StaysInside_Reads(string path)
    {
        File.CreateSymbolicLink(At("to-file"), "sub/file");
        File.CreateSymbolicLink(At("to-file-absolute"), At("sub/file"));
        Directory.CreateSymbolicLink(At("to-folder"), "./sub/deep/..");
        File.CreateSymbolicLink(At("sub/deep/up"), "../../sub/file");

        Read(path.Replace("{base}", _base, StringComparison.Ordinal)).ShouldBe("inside");
    }

    [Theory]
    [InlineData(".muster/hub.db")]
    [InlineData(".ssh/id")]
    [InlineData("to-home/hub.db")]
    [InlineData("sub/../.muster/hub.db")]
    public void OpenRead_HiddenPlaceInside_IsRefused(string path)
    {
        foreach (var hidden in new[] { ".muster/hub.db", ".ssh/id" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(hidden))!);
            File.WriteAllText(At(hidden), "secret");
        }

        Directory.CreateSymbolicLink(At("to-home"), ".muster");

        Refused(() => Read(path)).ShouldContain("keys or Muster's own state");
        Refused(() => _folder.Replace(path, "x"u8)).ShouldContain("keys or Muster's own state");
        _folder.Enumerate(".").ShouldNotContain(entry => entry.Name == ".muster" || entry.Name == ".ssh");
    }

    [Fact]
    public void Constructor_InsideHome_OnlyItsWorkFolder()
    {
        var home = Path.Combine(_base, "home");

        Refused(() => _ = new ConfinedFolder(Path.Combine(home, "run"), home, "")).ShouldContain(Path.Combine(home, "work"));
        Refused(() => _ = new ConfinedFolder(home, home, "")).ShouldContain("Choose another folder");
        Refused(() => _ = new ConfinedFolder("/", home, "")).ShouldContain("the whole machine");
        new ConfinedFolder(Path.Combine(home, "work/a"), home, "").Enumerate(".").ShouldBeEmpty();
    }

    [Fact]
    public void OpenRead_LinkIsSwappedAllTheTime_NeverLeavesTheFolder()
    {
        Directory.CreateDirectory(At("real"));
        File.WriteAllText(At("real/secret"), "inside");
        Directory.CreateSymbolicLink(At("name"), "real");
        using var stop = new CancellationTokenSource();
        var swapper = new Thread(() =>
        {
            // Links to the inside and to the outside take turns under one name, each put over the other at one stroke.
            using var here = new SafeFileHandle(-100, ownsHandle: false);
            for (var turn = 0; !stop.IsCancellationRequested; turn++)
            {
                Directory.CreateSymbolicLink(At("link"), turn % 2 == 0 ? "real" : "../outside");
                Libc.renameat(here, At("link"), here, At("name")).ShouldBe(0);
            }
        });
        swapper.Start();
        var (read, refused) = (0, 0);
        try
        {
            for (var i = 0; i < 5_000 && (read < 100 || refused < 100); i++)
            {
                try
                {
                    Read("name/secret").ShouldBe("inside");
                    read++;
                    _folder.Replace("name/new", "x"u8);
                }
                catch (ToolException)
                {
                    refused++;
                }
            }
        }
        finally
        {
            stop.Cancel();
            swapper.Join();
        }

        read.ShouldBeGreaterThan(0);
        refused.ShouldBeGreaterThan(0);
        Directory.GetFiles(Path.Combine(_base, "outside")).ShouldBe([Path.Combine(_base, "outside/secret")]);
    }

    [Fact]
    public void Replace_Existing_KeepsModeAndLeavesNoTemporaryFile()
    {
        File.SetUnixFileMode(At("sub/file"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        _folder.Replace("sub/file", "new"u8);

        File.ReadAllText(At("sub/file")).ShouldBe("new");
        File.GetUnixFileMode(At("sub/file")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.GetFileSystemEntries(At("sub")).Length.ShouldBe(2);
    }

    [Fact]
    public void Replace_LinkInside_ChangesItsTargetAndKeepsTheLink()
    {
        File.CreateSymbolicLink(At("to-file"), "sub/file");

        _folder.Replace("to-file", "new"u8);

        File.ReadAllText(At("sub/file")).ShouldBe("new");
        new FileInfo(At("to-file")).LinkTarget.ShouldBe("sub/file");
    }

    [Fact]
    public void Replace_ReaderHoldsTheFile_SeesTheOldContentWhole()
    {
        using var reader = _folder.OpenRead("sub/file");

        _folder.Replace("sub/file", Encoding.UTF8.GetBytes(new string('x', 100_000)));

        new StreamReader(reader).ReadToEnd().ShouldBe("inside");
        Read("sub/file").Length.ShouldBe(100_000);
    }

    [Fact]
    public void Open_WrongKinds_SayWhatIsWrong()
    {
        System.Diagnostics.Process.Start("mkfifo", At("pipe")).WaitForExit();
        File.CreateSymbolicLink(At("loop"), "loop");
        File.WriteAllText(At("fixed"), "x");
        File.SetUnixFileMode(At("fixed"), UnixFileMode.UserRead);

        Refused(() => Read("sub")).ShouldContain("is a folder");
        Refused(() => Read("pipe")).ShouldContain("not a regular file");
        Refused(() => Read("loop")).ShouldContain("too many links");
        Refused(() => Read("none")).ShouldBe("There is no \"none\".");
        Refused(() => Read("sub/file/x")).ShouldContain("is not a folder");
        Refused(() => Read("a\0b")).ShouldContain("NUL");
        Refused(() => Read(new string('n', 300))).ShouldContain("too long");
        Refused(() => _folder.Replace("fixed", "y"u8)).ShouldContain("read-only");
        Refused(() => _folder.Enumerate("sub/file")).ShouldContain("not a folder");
    }

    [Fact]
    public void Open_Often_LeavesNoHandlesBehind()
    {
        File.CreateSymbolicLink(At("out"), "../outside/secret");
        void Use()
        {
            Read("sub/deep/../file");
            _folder.Enumerate("sub");
            _folder.Replace("sub/deep/new", "x"u8);
            Refused(() => Read("out"));
            Refused(() => Read("none/none"));
        }

        Use();
        var before = Directory.GetFiles("/proc/self/fd").Length;
        for (var i = 0; i < 500; i++)
        {
            Use();
        }

        Directory.GetFiles("/proc/self/fd").Length.ShouldBeLessThan(before + 100);
    }

    [Fact]
    public void CheckedFolder_SameRules_WithoutTheWalk()
    {
        var portable = new CheckedFolder(_folder.Root, _folder.Hidden, new KeptFiles());
        File.CreateSymbolicLink(At("out"), "../outside/secret");

        portable.Replace("new/file", "x"u8);
        portable.Append("new/file", "y"u8);

        using (var stream = portable.OpenRead("new/file"))
        {
            new StreamReader(stream).ReadToEnd().ShouldBe("xy");
        }

        portable.Enumerate("new").ShouldHaveSingleItem().Path.ShouldBe("new/file");
        portable.Stat("none").ShouldBeNull();
        Refused(() => portable.OpenRead("out").Dispose()).ShouldContain("outside the working folder");
        Refused(() => portable.OpenRead("../outside/secret").Dispose()).ShouldContain("outside the working folder");
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);

    private string At(string path) => Path.Combine(_base, "work", path);

    private string Read(string path)
    {
        using var stream = _folder.OpenRead(path);
        return new StreamReader(stream).ReadToEnd();
    }

    private static string Refused(Action action) => Should.Throw<ToolException>(action).Message;
}
