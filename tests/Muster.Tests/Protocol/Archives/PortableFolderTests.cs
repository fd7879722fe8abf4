using System.Diagnostics;
using System.IO.Compression;
using Muster.Protocol.Archives;
using Muster.Protocol.Archives.Folders;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Archives;

/// <summary>The way of macOS and Windows, which Linux can go as well.</summary>
public sealed class PortableFolderTests : IDisposable
{
    private readonly TemporaryFolder _place = new();

    private string Folder => Directory.CreateDirectory(Path.Combine(_place.Path, "work")).FullName;

    private string Outside => Directory.CreateDirectory(Path.Combine(_place.Path, "outside")).FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Pack_AFolderOfEverything_TakesItsFiles()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "sub"));
        File.WriteAllText(Path.Combine(Folder, "sub/a"), "1");
        File.WriteAllText(Path.Combine(Folder, "empty"), "");
        File.WriteAllText(Path.Combine(Outside, "key"), "secret");
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), Path.Combine(Outside, "key"));
        File.CreateSymbolicLink(Path.Combine(Folder, "folder"), Outside);
        using (var mkfifo = Process.Start("mkfifo", [Path.Combine(Folder, "pipe")]))
        {
            await mkfifo.WaitForExitAsync(Cancel);
        }

        using var folder = new PortableFolder(Folder);
        var packing = new Packing(folder, new ArchiveLimits());
        var archive = new MemoryStream();
        await packing.WriteAsync(null, archive, Cancel);
        await new Packing(folder, new ArchiveLimits()).WriteAsync(["folder/key"], Stream.Null, Cancel);

        using var zip = new ZipArchive(archive);
        zip.Entries.Select(entry => entry.FullName).ShouldBe(["empty", "sub/a"]);
        packing.Report.Skipped.Select(skipped => skipped.Path).Order().ShouldBe(["folder", "link", "pipe"]);
        folder.OpenFile("folder/key").ShouldBeNull();
        folder.OpenFile("link").ShouldBeNull();
    }

    [Fact]
    public void Create_ThroughLinks_IsRefused()
    {
        File.CreateSymbolicLink(Path.Combine(Folder, "folder"), Outside);
        File.CreateSymbolicLink(Path.Combine(Folder, "dangling"), Path.Combine(Outside, "made"));
        using var folder = new PortableFolder(Folder);

        Should.Throw<IOException>(() => folder.CreateFolder("folder"));
        Should.Throw<IOException>(() => folder.CreateFolder("folder/sub"));
        Should.Throw<IOException>(() => folder.CreateFolder("dangling"));
        Should.Throw<IOException>(() => folder.CreateFile("folder/file", executable: false));
        Should.Throw<IOException>(() => folder.CreateFile("dangling", executable: false));

        Directory.EnumerateFileSystemEntries(Outside).ShouldBeEmpty();
    }

    [Fact]
    public async Task Extract_AnArchive_CanBeUndone()
    {
        var archive = new CraftedZip().Add("a/b/c", "hello").Add(new CraftedEntry("run.sh") { Mode = 0x81ed }).Build();
        var contents = SafeZip.Check(archive, new ArchiveLimits());
        using var folder = new PortableFolder(Folder);
        var unpacking = new Unpacking(archive, folder);
        foreach (var entry in contents.Entries)
        {
            await unpacking.AddAsync(entry, Cancel);
        }

        File.ReadAllText(Path.Combine(Folder, "a/b/c")).ShouldBe("hello");
        File.GetUnixFileMode(Path.Combine(Folder, "run.sh")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        unpacking.Undo();
        Directory.EnumerateFileSystemEntries(Folder).ShouldBeEmpty();
    }
}
