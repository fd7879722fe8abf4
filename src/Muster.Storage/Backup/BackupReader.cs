using System.Formats.Tar;
using System.IO.Compression;
using System.Text.Json;

namespace Muster.Storage.Backup;

/// <summary>An archive on the disk. It is read whole and compared with its manifest before anything of it is used.</summary>
public sealed class BackupReader
{
    private const long LargestManifest = 64 << 20;
    private readonly string _path;

    private BackupReader(string path, BackupManifest manifest) => (_path, Manifest) = (path, manifest);

    public BackupManifest Manifest { get; }

    /// <exception cref="StorageException">No backup, damaged, or of a newer Muster.</exception>
    public static BackupReader Open(string path)
    {
        var found = new Dictionary<string, BackupEntry>(StringComparer.Ordinal);
        BackupManifest? manifest = null;
        Walk(path, (name, content) =>
        {
            if (name == BackupManifest.EntryName)
            {
                manifest = content.Length <= LargestManifest ? JsonSerializer.Deserialize(content, BackupJson.Default.BackupManifest) : null;
                return;
            }

            using var hashed = new HashedStream(content, content.Length);
            hashed.CopyTo(Stream.Null);
            found[name] = new BackupEntry(name, content.Length, hashed.Sha256());
        });
        if (manifest is null)
        {
            throw new StorageException($"{path} is no backup of Muster, or its end is missing: use another file that muster backup made.");
        }

        if (manifest.Format > BackupManifest.CurrentFormat)
        {
            throw new StorageException($"{path} was made by Muster {manifest.Program}, which is newer than this one: update Muster (muster update), then restore.");
        }

        if (manifest.Entries.FirstOrDefault(entry => found.GetValueOrDefault(entry.Name) != entry) is { } wrong)
        {
            throw Damaged(path, $"its part {wrong.Name} is not what it was");
        }

        return found.Count == manifest.Entries.Count ? new BackupReader(path, manifest) : throw Damaged(path, "it holds parts that are not its own");
    }

    /// <summary>Goes through the entries in order, without the manifest.</summary>
    public void Walk(Action<string, Stream> take) => Walk(_path, (name, content) =>
    {
        if (name != BackupManifest.EntryName)
        {
            take(name, content);
        }
    });

    private static void Walk(string path, Action<string, Stream> take)
    {
        try
        {
            using var file = File.OpenRead(path);
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            using var tar = new TarReader(gzip);
            while (tar.GetNextEntry() is { } entry)
            {
                if (entry.EntryType is not TarEntryType.RegularFile)
                {
                    throw Damaged(path, $"{entry.Name} is no file");
                }

                take(entry.Name, entry.DataStream ?? Stream.Null);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or JsonException or FormatException)
        {
            throw Damaged(path, "it cannot be read to its end", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageException($"{path} cannot be read: {error.Message}", error);
        }
    }

    private static StorageException Damaged(string path, string how, Exception? error = null) =>
        new($"{path} is damaged or no backup of Muster ({how}): use another backup.", error);
}
