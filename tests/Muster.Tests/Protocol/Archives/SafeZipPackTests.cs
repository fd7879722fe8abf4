using System.Diagnostics;
using System.IO.Compression;
using Muster.Protocol.Archives;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Archives;

/// <summary>Packing what a task left, whatever it left.</summary>
public sealed class SafeZipPackTests : IDisposable
{
    private static readonly ArchiveLimits _limits = new();
    private readonly TemporaryFolder _place = new();

    private string Folder => Directory.CreateDirectory(Path.Combine(_place.Path, "work")).FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Pack_AFolder_UnpacksToTheSame()
    {
        Write("b/run.sh", "echo");
        Write("a.txt", new string('x', 200_000));
        Write("b/c/空.bin", "");
        File.SetUnixFileMode(Path.Combine(Folder, "b/run.sh"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        var (archive, report) = await PackAsync();

        (report.Files, report.Bytes, report.SkippedCount).ShouldBe((3, 200_004, 0));
        var contents = await SafeZip.ExtractAsync(archive, Path.Combine(_place.Path, "again"), _limits with { MaxRatio = 1_100 }, Cancel);
        contents.Entries.Select(entry => (entry.Path, entry.Executable)).ShouldBe([("a.txt", false), ("b/c/空.bin", false), ("b/run.sh", true)]);
        File.ReadAllText(Path.Combine(_place.Path, "again", "a.txt")).ShouldBe(new string('x', 200_000));
    }

    [Fact]
    public async Task Pack_TheSameFiles_IsTheSameArchive()
    {
        Write("b", "1");
        Write("a/c", "2");
        var (first, _) = await PackAsync();
        File.Delete(Path.Combine(Folder, "b"));
        Write("b", "1");
        File.SetLastWriteTimeUtc(Path.Combine(Folder, "a/c"), new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));

        var (second, _) = await PackAsync();

        second.ToArray().ShouldBe(first.ToArray());
    }

    [Fact]
    public async Task Pack_LinksPipesAndSockets_AreLeftOut()
    {
        Write("ok", "1");
        var secret = Path.Combine(_place.Path, "secret");
        File.WriteAllText(secret, "secret");
        Directory.CreateDirectory(Path.Combine(_place.Path, "secrets"));
        File.WriteAllText(Path.Combine(_place.Path, "secrets", "key"), "secret");
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), secret);
        File.CreateSymbolicLink(Path.Combine(Folder, "folder"), Path.Combine(_place.Path, "secrets"));
        File.CreateSymbolicLink(Path.Combine(Folder, "loop"), Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "device"), "/dev/zero");
        await RunAsync("mkfifo", Path.Combine(Folder, "pipe"));
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(Folder, "socket")));

        var (archive, report) = await PackAsync();

        Names(archive).ShouldBe(["ok"]);
        report.Skipped.Select(skipped => skipped.Path).Order().ShouldBe(["device", "folder", "link", "loop", "pipe", "socket"]);
    }

    [Fact]
    public async Task Pack_NamedFilesThatAreNone_AreLeftOut()
    {
        Write("ok", "1");
        Write("sub/a", "1");
        File.CreateSymbolicLink(Path.Combine(Folder, "link"), Path.Combine(Folder, "ok"));
        File.CreateSymbolicLink(Path.Combine(Folder, "dir"), Path.Combine(Folder, "sub"));
        await RunAsync("mkfifo", Path.Combine(Folder, "pipe"));

        var (archive, report) = await PackAsync(files: ["ok", "link", "dir/a", "pipe", "../secret", "/etc/passwd", "sub", "gone", "sub/a", "ok"]);

        Names(archive).ShouldBe(["ok", "sub/a"]);
        report.SkippedCount.ShouldBe(7);
    }

    [Fact]
    public async Task Pack_AFolderSwappedForALink_LeadsNowhere()
    {
        // What the walk saw as a folder is a link to another one when its files are opened.
        Write("sub/key", "mine");
        Directory.CreateDirectory(Path.Combine(_place.Path, "outside"));
        File.WriteAllText(Path.Combine(_place.Path, "outside", "key"), "secret");
        Directory.Move(Path.Combine(Folder, "sub"), Path.Combine(Folder, "moved"));
        File.CreateSymbolicLink(Path.Combine(Folder, "sub"), Path.Combine(_place.Path, "outside"));

        var (archive, report) = await PackAsync(files: ["sub/key"]);

        Names(archive).ShouldBeEmpty();
        report.Skipped.ShouldHaveSingleItem().Path.ShouldBe("sub/key");
    }

    [Fact]
    public async Task Pack_AFileThatGrows_EndsWhereItEndedAtFirst()
    {
        Write("log", new string('a', 100_000));
        using var grown = new FileStream(Path.Combine(Folder, "log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        using var target = new GrowingTarget(() =>
        {
            grown.Write(new byte[50_000]);
            grown.Flush();
        });

        await SafeZip.PackAsync(Folder, null, target, _limits, Cancel);

        using var zip = new ZipArchive(new MemoryStream(target.ToArray()));
        zip.Entries.ShouldHaveSingleItem().Length.ShouldBe(100_000);
        new FileInfo(Path.Combine(Folder, "log")).Length.ShouldBeGreaterThan(100_000);
    }

    [Fact]
    public async Task Pack_ASparseFileOfATerabyte_IsRefusedAtOnce()
    {
        using (var file = File.Create(Path.Combine(Folder, "huge")))
        {
            file.SetLength(1L << 40);
        }

        (await Should.ThrowAsync<ArchiveException>(() => PackAsync())).Message.ShouldContain("\"huge\" among them");
    }

    [Fact]
    public async Task Pack_TooManyFiles_IsRefused()
    {
        for (var i = 0; i < 11; i++)
        {
            Write($"d{i % 2}/f{i}", "");
        }

        (await Should.ThrowAsync<ArchiveException>(() => PackAsync(_limits with { MaxEntries = 10 }))).Message.ShouldContain("more than 10 files");
    }

    [Fact]
    public async Task Pack_NamesThatNoArchiveHolds_AreLeftOut()
    {
        Write("ok:1", "colons are fine here");
        Write("back\\slash", "");
        Write("esc\u001b[31m", "");
        await RunAsync("sh", "-c", $"touch \"$(printf '{Folder}/bad\\377name')\"");

        var (archive, report) = await PackAsync();
        await RunAsync("sh", "-c", $"rm {Folder}/bad*"); // .NET cannot

        Names(archive).ShouldBe(["ok:1"]);
        report.SkippedCount.ShouldBe(3);
        report.Skipped.ShouldAllBe(skipped => !skipped.Path.Any(char.IsControl));
    }

    [Fact]
    public async Task Pack_TooDeep_IsLeftOut()
    {
        Write(string.Join('/', Enumerable.Repeat("d", 40)) + "/f", "");
        Write("ok", "");

        var (archive, report) = await PackAsync();

        Names(archive).ShouldBe(["ok"]);
        report.Skipped.ShouldHaveSingleItem().Reason.ShouldContain("folders deep");
    }

    [Fact]
    public async Task Pack_Cancelled_Stops()
    {
        Write("a", "1");

        await Should.ThrowAsync<OperationCanceledException>(() => SafeZip.PackAsync(Folder, null, Stream.Null, _limits, new CancellationToken(canceled: true)));
    }

    private static List<string> Names(Stream archive)
    {
        using var zip = new ZipArchive(archive);
        return [.. zip.Entries.Select(entry => entry.FullName)];
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(Cancel);
        process.ExitCode.ShouldBe(0);
    }

    private async Task<(MemoryStream Archive, PackReport Report)> PackAsync(ArchiveLimits? limits = null, IReadOnlyList<string>? files = null)
    {
        var archive = new MemoryStream();
        var report = await SafeZip.PackAsync(Folder, files, archive, limits ?? _limits, Cancel);
        archive.Position = 0;
        return (archive, report);
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private sealed class GrowingTarget(Action onWrite) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            onWrite();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
