using System.Buffers;
using System.IO.Compression;
using Muster.Protocol.Archives.Folders;

namespace Muster.Protocol.Archives;

/// <summary>Unpacks checked entries, and remembers what it made.</summary>
internal sealed class Unpacking(Stream archive, ArchiveFolder target)
{
    private const int BufferLength = 64 * 1024;
    private readonly List<(string Path, bool Folder)> _made = [];
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    public async Task AddAsync(ArchiveEntry entry, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var path = entry.Path.TrimEnd('/');
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            Folder(path[..slash]);
        }

        if (entry.IsFolder)
        {
            Folder(path);
            return;
        }

        await using var file = target.CreateFile(path, entry.Executable);
        _made.Add((path, false));
        await CopyAsync(entry, file, cancel);
    }

    /// <summary>Newest first, so that folders are empty when their turn comes.</summary>
    public void Undo()
    {
        foreach (var (path, folder) in Enumerable.Reverse(_made))
        {
            target.Remove(path, folder);
        }
    }

    private void Folder(string path)
    {
        if (_folders.Add(path) && target.CreateFolder(path))
        {
            _made.Add((path, true));
        }
    }

    private async Task CopyAsync(ArchiveEntry entry, FileStream file, CancellationToken cancel)
    {
        await using var part = new PartStream(archive, entry.DataOffset, entry.PackedSize);
        await using var inflated = entry.Deflated ? new DeflateStream(part, CompressionMode.Decompress) : (Stream)part;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var (left, crc) = (entry.Size, new Crc32());
            for (int read; (read = await ReadAsync(entry, inflated, buffer, cancel)) > 0; left -= read)
            {
                if (read > left)
                {
                    throw Lies(entry, "unpacks to more than its directory says");
                }

                crc.Add(buffer.AsSpan(0, read));
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
            }

            if (left > 0 || crc.Value != entry.Crc)
            {
                throw Lies(entry, left > 0 ? "unpacks to less than its directory says" : "does not fit its checksum");
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async ValueTask<int> ReadAsync(ArchiveEntry entry, Stream inflated, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await inflated.ReadAsync(buffer, cancel);
        }
        catch (InvalidDataException)
        {
            throw Lies(entry, "cannot be unpacked");
        }
    }

    private static ArchiveException Lies(ArchiveEntry entry, string what) => ZipEnd.Damaged($"\"{ZipHeader.Shown(entry.Path)}\" {what}");
}
