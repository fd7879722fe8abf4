using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using Muster.Protocol.Archives.Folders;

namespace Muster.Protocol.Archives;

/// <summary>Packs the files of a folder that a task may have filled with anything.</summary>
internal sealed class Packing(ArchiveFolder source, ArchiveLimits limits)
{
    private const int BufferLength = 64 * 1024;
    private const int MostNamed = 100;
    private const string Unreadable = "cannot be read";
    private const int FileType = 0x8000;
    private const int Readable = 0b110_100_100;
    private const int Runnable = 0b111_101_101;
    private static readonly DateTimeOffset _noTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly List<(string Path, string Reason)> _skipped = [];
    private int _files;
    private int _skippedCount;
    private long _bytes;

    public IReadOnlyDictionary<string, string> Own { get; init; } = new Dictionary<string, string>();

    public Predicate<string> LeftOut { get; init; } = _ => false;

    public PackReport Report => new(_files, _bytes, _skippedCount, _skipped);

    public async Task WriteAsync(IReadOnlyList<string>? files, Stream to, CancellationToken cancel)
    {
        var paths = (files ?? Walk(cancel)).Distinct(StringComparer.Ordinal).ToList();
        paths.Sort(StringComparer.Ordinal);
        if (paths.Count > limits.MaxEntries)
        {
            throw TooMany();
        }

        await using var zip = await ZipArchive.CreateAsync(to, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancel);
        foreach (var path in paths)
        {
            cancel.ThrowIfCancellationRequested();
            await AddAsync(zip, path, cancel);
        }

        foreach (var (name, file) in Own.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            await using var content = File.Exists(file) ? File.OpenRead(file) : null;
            await AddAsync(zip, name, content, cancel);
        }
    }

    private List<string> Walk(CancellationToken cancel)
    {
        var (found, folders) = (new List<string>(), new Stack<string>([""]));
        while (folders.TryPop(out var folder))
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var item in List(folder))
            {
                var path = folder.Length == 0 ? item.Name : $"{folder}/{item.Name}";
                if (LeftOut(item.Kind == ItemKind.Folder ? path + "/" : path))
                {
                    continue;
                }

                if (item.Kind == ItemKind.Folder && path.AsSpan().Count('/') < limits.MaxDepth)
                {
                    folders.Push(path);
                }
                else if (item.Kind == ItemKind.File)
                {
                    found.Add(path);
                }
                else
                {
                    Skip(path, item.Kind == ItemKind.Folder ? $"more than {limits.MaxDepth} folders deep" : "neither a file nor a folder");
                }

                if (found.Count + folders.Count + _skippedCount > limits.MaxEntries)
                {
                    throw TooMany();
                }
            }
        }

        return found;
    }

    private IReadOnlyList<FolderItem> List(string folder)
    {
        try
        {
            // One more than fits, so that a folder of a million entries is not read to its end.
            return source.List(folder, limits.MaxEntries + 1) ?? [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Skip(folder, Unreadable);
            return [];
        }
    }

    private async Task AddAsync(ZipArchive zip, string path, CancellationToken cancel)
    {
        if (ArchivePath.Mistake(path, portable: false) is not null || path.EndsWith('/'))
        {
            Skip(path, "a name that not every system can read");
            return;
        }

        await using var file = Open(path);
        if (file is not null)
        {
            await AddAsync(zip, path, file, cancel);
        }
    }

    private async Task AddAsync(ZipArchive zip, string path, FileStream? file, CancellationToken cancel)
    {
        var length = file?.Length ?? 0;
        if (length > limits.MaxBytes - _bytes)
        {
            throw new ArchiveException(string.Create(CultureInfo.InvariantCulture,
                $"The files are more than {limits.MaxBytes:N0} bytes together, \"{ZipHeader.Shown(path)}\" among them. Keep less, or write smaller files."));
        }

        var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = _noTime;
        entry.ExternalAttributes = (FileType | (file is not null && IsRunnable(file) ? Runnable : Readable)) << 16;
        await using var into = await entry.OpenAsync(cancel);
        _bytes += file is null ? 0 : await CopyAsync(file, into, length, cancel);
        _files++;
    }

    private FileStream? Open(string path)
    {
        try
        {
            if (source.OpenFile(path) is { } file)
            {
                return file;
            }

            Skip(path, "no regular file any more");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Skip(path, Unreadable);
        }

        return null;
    }

    /// <summary>A file that something still writes to ends where it ended when it was opened.</summary>
    private static async Task<long> CopyAsync(FileStream file, Stream into, long length, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            var left = length;
            for (int read; left > 0 && (read = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancel)) > 0; left -= read)
            {
                await into.WriteAsync(buffer.AsMemory(0, read), cancel);
            }

            return length - left;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static bool IsRunnable(FileStream file) =>
        !OperatingSystem.IsWindows() && File.GetUnixFileMode(file.SafeFileHandle).HasFlag(UnixFileMode.UserExecute);

    private void Skip(string path, string reason)
    {
        _skippedCount++;
        if (_skipped.Count < MostNamed)
        {
            _skipped.Add((ZipHeader.Shown(path), reason));
        }
    }

    private ArchiveException TooMany() => new(string.Create(CultureInfo.InvariantCulture,
        $"There are more than {limits.MaxEntries:N0} files and folders to pack. Keep fewer, or pack them into one file yourself."));
}
