using System.IO.Compression;
using System.Text;
using Muster.Protocol.Archives;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Protocol.Archives;

/// <summary>Unpacking: only what was checked, only in its folder, and nothing is left of a failure.</summary>
public sealed class SafeZipExtractTests : IDisposable
{
    private static readonly ArchiveLimits _limits = new();
    private readonly TemporaryFolder _place = new();

    private string Folder => Path.Combine(_place.Path, "work");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Extract_AnArchive_HasItsFilesForTheOwnerAlone()
    {
        var random = new byte[300_000];
        new Random(1).NextBytes(random);
        var zip = new CraftedZip()
            .Add("empty/", "")
            .Add(new CraftedEntry("run.sh") { Content = "echo"u8.ToArray(), Mode = 0x8fff }) // runnable by all, with setuid
            .Add(new CraftedEntry("deep/er/stored.bin") { Content = random, Mode = 0x81b6 })
            .Add(new CraftedEntry("deep/packed.txt") { Content = Encoding.UTF8.GetBytes(new string('z', 100_000)), Deflate = true })
            .Add("deep/nothing", "");

        await SafeZip.ExtractAsync(zip.Build(), Folder, _limits, Cancel);

        Files().ShouldBe(["deep/", "deep/er/", "deep/er/stored.bin", "deep/nothing", "deep/packed.txt", "empty/", "run.sh"]);
        File.ReadAllBytes(Path.Combine(Folder, "deep/er/stored.bin")).ShouldBe(random);
        File.ReadAllText(Path.Combine(Folder, "deep/packed.txt")).ShouldBe(new string('z', 100_000));
        const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.GetUnixFileMode(Path.Combine(Folder, "run.sh")).ShouldBe(Read | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Path.Combine(Folder, "deep/er/stored.bin")).ShouldBe(Read);
        File.GetUnixFileMode(Path.Combine(Folder, "deep")).ShouldBe(Read | UnixFileMode.UserExecute);
        File.GetUnixFileMode(Folder).ShouldBe(Read | UnixFileMode.UserExecute);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Extract_MoreThanTheDirectorySays_StopsThereAndLeavesNothing(bool more)
    {
        var content = new byte[200_000];
        var zip = new CraftedZip().Add("first/ok").Add(new CraftedEntry("liar") { Content = content, Deflate = true, SaysSize = more ? 1_000U : 300_000U });

        (await Refused(zip)).ShouldContain(more ? "more than its directory says" : "less than its directory says");
    }

    [Fact]
    public async Task Extract_DamagedData_LeavesNothing()
    {
        (await Refused(new CraftedZip().Add("a/b").Add(new CraftedEntry("c") { SaysCrc = 1 }))).ShouldContain("does not fit its checksum");
        (await Refused(new CraftedZip().Add("a/b").Add(new CraftedEntry("c") { Content = [7, 7, 7, 7, 7], Method = 8 }))).ShouldContain("\"c\"");
    }

    [Fact]
    public async Task Extract_ThroughALinkThatIsThere_IsRefused()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_place.Path, "outside")).FullName;
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "sub"), outside);

        await Should.ThrowAsync<IOException>(() => SafeZip.ExtractAsync(new CraftedZip().Add("ok").Add("sub/file").Build(), Folder, _limits, Cancel));

        Directory.EnumerateFileSystemEntries(outside).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName).ShouldBe(["sub"]);
    }

    [Fact]
    public async Task Extract_OverALinkThatIsThere_IsRefused()
    {
        var outside = Path.Combine(_place.Path, "outside");
        File.WriteAllText(outside, "mine");
        Directory.CreateDirectory(Folder);
        File.CreateSymbolicLink(Path.Combine(Folder, "file"), outside);
        File.CreateSymbolicLink(Path.Combine(Folder, "dangling"), Path.Combine(_place.Path, "made"));

        await Should.ThrowAsync<IOException>(() => SafeZip.ExtractAsync(new CraftedZip().Add("file").Build(), Folder, _limits, Cancel));
        await Should.ThrowAsync<IOException>(() => SafeZip.ExtractAsync(new CraftedZip().Add("dangling").Build(), Folder, _limits, Cancel));

        File.ReadAllText(outside).ShouldBe("mine");
        File.Exists(Path.Combine(_place.Path, "made")).ShouldBeFalse();
    }

    [Fact]
    public async Task Extract_ToAFolderThatHasFiles_KeepsThem()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "deep"));
        File.WriteAllText(Path.Combine(Folder, "deep", "mine"), "mine");

        await SafeZip.ExtractAsync(new CraftedZip().Add("deep/new").Build(), Folder, _limits, Cancel);
        await Should.ThrowAsync<IOException>(() => SafeZip.ExtractAsync(new CraftedZip().Add("deep/other").Add("deep/mine").Build(), Folder, _limits, Cancel));

        Files().ShouldBe(["deep/", "deep/mine", "deep/new"]);
        File.ReadAllText(Path.Combine(Folder, "deep", "mine")).ShouldBe("mine");
    }

    [Fact]
    public async Task Extract_Cancelled_LeavesNothing()
    {
        using var source = new CancellationTokenSource();
        var zip = new CraftedZip().Add("a").Add(new CraftedEntry("b") { Content = new byte[1 << 20] }).Build();

        await Should.ThrowAsync<OperationCanceledException>(() => SafeZip.ExtractAsync(new CancellingStream(zip, source), Folder, _limits, source.Token));

        Directory.Exists(Folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Extract_ArchivesOfPython_AreTaken()
    {
        // Sizes behind the data, as a program writes them that cannot go back.
        var archive = Path.Combine(_place.Path, "python.zip");
        await PythonAsync($"import zipfile,sys,io\nclass W(io.RawIOBase):\n  def __init__(s,f): s.f=f\n  def writable(s): return True\n  def write(s,b): return s.f.write(b)\nz=zipfile.ZipFile(W(open(r'{archive}','wb')),'w',zipfile.ZIP_DEFLATED)\nz.writestr('a/ü.txt','hello'*1000)\nz.writestr('b','')\nz.close()\n");
        await using var stream = File.OpenRead(archive);

        await SafeZip.ExtractAsync(stream, Folder, _limits, Cancel);

        File.ReadAllText(Path.Combine(Folder, "a", "ü.txt")).ShouldBe(string.Concat(Enumerable.Repeat("hello", 1000)));
    }

    private static async Task PythonAsync(string program)
    {
        using var python = System.Diagnostics.Process.Start("python3", ["-c", program]);
        await python.WaitForExitAsync(Cancel);
        python.ExitCode.ShouldBe(0);
    }

    private async Task<string> Refused(CraftedZip zip)
    {
        var failure = await Should.ThrowAsync<ArchiveException>(() => SafeZip.ExtractAsync(zip.Build(), Folder, _limits, Cancel));
        Directory.Exists(Folder).ShouldBeFalse();
        return failure.Message;
    }

    private IEnumerable<string> Files() => Directory.EnumerateFileSystemEntries(Folder, "*", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Folder, path) + (Directory.Exists(path) ? "/" : "")).Order(StringComparer.Ordinal);

    /// <summary>Cancels at the first read of data behind the check, which reads without waiting.</summary>
    private sealed class CancellingStream(MemoryStream inner, CancellationTokenSource source) : MemoryStream(inner.ToArray())
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (Position > 200)
            {
                await source.CancelAsync();
            }

            return read;
        }
    }
}
