using System.Formats.Tar;
using System.IO.Compression;
using Muster.Storage;
using Muster.Storage.Backup;
using Muster.Testing;
using Shouldly;
using Xunit;

namespace Muster.Tests.Storage;

/// <summary>Archives that are not whole.</summary>
public sealed class BackupFileTests : IAsyncDisposable
{
    private static readonly Migration Notes = new(100, "notes", "create table notes (id integer primary key, text text not null)", StoreUnderTest.Program);

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Archive => Path.Combine(_folder.Path, "backup.tar.gz");

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return _store.DisposeAsync();
    }

    [Fact]
    public async Task Archive_Whole_SaysWhatItHolds()
    {
        await WriteAsync();

        var manifest = BackupReader.Open(Archive).Manifest;

        (manifest.Format, manifest.Program, manifest.Engine).ShouldBe((1, "0.1.0", "sqlite"));
        manifest.Schemas.ShouldBe([100]);
        manifest.Tables.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            table => table.Name.ShouldBe("notes"), table => table.Rows.ShouldBe(20_000), table => table.Columns.Select(column => column.Name).ShouldBe(["id", "text"]));
        manifest.Entries.Select(entry => entry.Name).ShouldBe(["rows/notes/000000.jsonl", "rows/notes/000001.jsonl", "files/extra.txt"]);
    }

    [Fact]
    public async Task Archive_CutOff_IsRefused()
    {
        await WriteAsync();
        await using (var file = File.OpenWrite(Archive))
        {
            file.SetLength(file.Length - 200);
        }

        Should.Throw<StorageException>(() => BackupReader.Open(Archive)).Message.ShouldContain("use another backup");
    }

    [Fact]
    public async Task Archive_WithAChangedPart_IsRefused()
    {
        await WriteAsync();
        await RepackAsync((name, bytes) => name == "files/extra.txt" ? "changed"u8.ToArray() : bytes);

        Should.Throw<StorageException>(() => BackupReader.Open(Archive)).Message
            .ShouldBe($"{Archive} is damaged or no backup of Muster (its part files/extra.txt is not what it was): use another backup.");
    }

    [Fact]
    public async Task Archive_WithoutItsManifest_IsRefused()
    {
        await WriteAsync();
        await RepackAsync((name, bytes) => name == "manifest.json" ? null : bytes);

        Should.Throw<StorageException>(() => BackupReader.Open(Archive)).Message.ShouldContain("is no backup of Muster, or its end is missing");
    }

    [Fact]
    public void File_ThatIsNoArchive_IsRefused()
    {
        File.WriteAllText(Archive, "hello");

        Should.Throw<StorageException>(() => BackupReader.Open(Archive)).Message.ShouldContain("is damaged or no backup of Muster");
        Should.Throw<StorageException>(() => BackupReader.Open(Archive + ".not")).Message.ShouldContain("cannot be read");
    }

    private async Task WriteAsync()
    {
        await using var database = await _store.OpenAsync([Notes]);
        await database.WriteAsync(
            tx => tx.Execute(
                "insert into notes (text) with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) select @text || i from n", new { text = new string('x', 500) }),
            Cancel);
        using var spool = await database.ReadAsync(tx => RowSpool.Take(tx, Path.Combine(_folder.Path, "spool")), Cancel);
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "extra.txt"), "an extra", Cancel);
        await using var file = PrivateFiles.Create(Archive);
        await using var writer = new BackupWriter(file, TimeProvider.System);
        await writer.AddAsync(spool, Cancel);
        (await writer.AddAsync("files/extra.txt", Path.Combine(_folder.Path, "extra.txt"), Cancel)).ShouldBeTrue();
        (await writer.AddAsync("files/gone.txt", Path.Combine(_folder.Path, "gone.txt"), Cancel)).ShouldBeFalse();
        await writer.FinishAsync(spool, "0.1.0", Cancel);
    }

    private async Task RepackAsync(Func<string, byte[], byte[]?> change)
    {
        var entries = new List<(string Name, byte[] Bytes)>();
        await using (var file = File.OpenRead(Archive))
        {
            await using var gzip = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(gzip);
            while (await tar.GetNextEntryAsync(cancellationToken: Cancel) is { } entry)
            {
                using var bytes = new MemoryStream();
                await entry.DataStream!.CopyToAsync(bytes, Cancel);
                entries.Add((entry.Name, bytes.ToArray()));
            }
        }

        await using var output = File.Create(Archive);
        await using var packed = new GZipStream(output, CompressionLevel.Fastest);
        await using var writer = new TarWriter(packed);
        foreach (var (name, bytes) in entries)
        {
            if (change(name, bytes) is { } kept)
            {
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(kept) }, Cancel);
            }
        }
    }
}
