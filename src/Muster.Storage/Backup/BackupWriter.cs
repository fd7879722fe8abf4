using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Muster.Storage.Backup;

/// <summary>Writes an archive: a tar.gz of files, each with its SHA-256 in the manifest, which comes last.</summary>
public sealed class BackupWriter : IAsyncDisposable
{
    private readonly GZipStream _gzip;
    private readonly TarWriter _tar;
    private readonly DateTimeOffset _at;
    private readonly List<BackupEntry> _entries = [];

    public BackupWriter(Stream output, TimeProvider time)
    {
        _gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        _tar = new TarWriter(_gzip, TarEntryFormat.Pax, leaveOpen: true);
        _at = time.GetUtcNow();
    }

    /// <summary>Adds a file as it is now; one that grows meanwhile is cut where it ended.</summary>
    /// <returns>False when it is no longer there.</returns>
    public async Task<bool> AddAsync(string name, string path, CancellationToken cancel)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, useAsync: true);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }

        await using (file)
        {
            await AddAsync(name, file, cancel);
        }

        return true;
    }

    public async Task AddAsync(RowSpool spool, CancellationToken cancel)
    {
        foreach (var (name, path) in spool.Parts)
        {
            await AddAsync(name, path, cancel);
        }
    }

    /// <summary>Adds the manifest: an archive without one is no backup.</summary>
    public async Task FinishAsync(RowSpool spool, string program, CancellationToken cancel)
    {
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, program, spool.Engine, _at, spool.Schemas, spool.Tables, spool.Counters, _entries);
        using var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest));
        await _tar.WriteEntryAsync(Entry(BackupManifest.EntryName, json), cancel);
        await _tar.DisposeAsync(); // writes the end of the archive
        await _gzip.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _tar.DisposeAsync();
        await _gzip.DisposeAsync();
    }

    private async Task AddAsync(string name, FileStream file, CancellationToken cancel)
    {
        await using var hashed = new HashedStream(file, file.Length);
        await _tar.WriteEntryAsync(Entry(name, hashed), cancel);
        _entries.Add(new BackupEntry(name, hashed.Length, hashed.Sha256()));
    }

    private PaxTarEntry Entry(string name, Stream content) => new(TarEntryType.RegularFile, name)
    {
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite, ModificationTime = _at, DataStream = content,
    };
}
