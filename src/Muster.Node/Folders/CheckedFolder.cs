using System.Security.Cryptography;
using Muster.Agents.Tools;

namespace Muster.Node.Folders;

/// <summary>
/// The folder where openat is not at hand (macOS, Windows): the real path is checked before a file is opened.
/// A link swapped in between the check and the use is not caught here, unlike on Linux.
/// </summary>
internal sealed class CheckedFolder(string root, HiddenPlaces hidden, KeptFiles kept) : IFolderAccess
{
    public FileStream OpenRead(string path) => Sentence(path, () =>
        new FileStream(Regular(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0));

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Sentence(path, () =>
        {
            var target = Writable(path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var temporary = $"{target}.{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp";
            using (var stream = new FileStream(temporary, FileMode.CreateNew))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
            return true;
        });
    }

    public void Append(string path, ReadOnlySpan<byte> content)
    {
        var bytes = content.ToArray();
        Sentence(path, () =>
        {
            var target = Writable(path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using var stream = new FileStream(target, FileMode.Append);
            stream.Write(bytes);
            stream.Flush(flushToDisk: true);
            return true;
        });
    }

    public IncomingFile Receive(Incoming file) => Sentence(file.Path, () =>
    {
        var target = Writable(file.Path);
        if (!file.Overwrite && File.Exists(target))
        {
            throw ConfinedFolder.IsThere(file.Path);
        }

        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        var beside = Path.Combine(folder, file.Temporary);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (file.Mode is not null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new CheckedIncoming(beside, target, new FileStream(beside, options), file);
    });

    public void Discard(string path, string temporary) => Sentence(path, () =>
    {
        File.Delete(Path.Combine(Path.GetDirectoryName(Real(path))!, temporary));
        return true;
    });

    public void Delete(string path) => Sentence(path, () =>
    {
        File.Delete(Regular(path));
        return true;
    });

    public bool DeleteIfEmpty(string path) => Sentence(path, () =>
    {
        var full = Real(path);
        if (!Directory.Exists(full) || Directory.EnumerateFileSystemEntries(full).Any())
        {
            return false;
        }

        Directory.Delete(full);
        return true;
    });

    public FolderEntry? Stat(string path)
    {
        var full = Real(path);
        return Directory.Exists(full) ? Entry(new DirectoryInfo(full)) : File.Exists(full) ? Entry(new FileInfo(full)) : null;
    }

    public IReadOnlyList<FolderEntry> Enumerate(string path) => Sentence(path, () =>
        new DirectoryInfo(DirectoryPath(path)).EnumerateFileSystemInfos()
            .Where(info => !hidden.Paths.Any(place => RealPath.IsInside(info.FullName, place)))
            .Take(ConfinedFolder.MostEntries)
            .Select(Entry)
            .OrderBy(entry => entry.Path, StringComparer.Ordinal)
            .ToList());

    public string DirectoryPath(string path)
    {
        var full = Real(path);
        return Directory.Exists(full) ? full
            : throw new ToolException(File.Exists(full) ? $"\"{path}\" is a file, not a folder." : $"There is no folder \"{path}\".");
    }

    private string Regular(string path)
    {
        var full = Real(path);
        return Directory.Exists(full) ? throw new ToolException($"\"{path}\" is a folder, not a file.") : full;
    }

    private string Writable(string path)
    {
        var full = Regular(path);
        return kept.Covers(Path.GetRelativePath(root, full).Replace('\\', '/')) ? throw ConfinedFolder.Kept(path) : full;
    }

    private string Real(string path)
    {
        var full = RealPath.Of(Path.Combine(root, path));
        return !RealPath.IsInside(full, root) ? throw ConfinedFolder.Outside(path, root)
            : hidden.Inside(root).Any(place => RealPath.IsInside(full, place)) ? throw ConfinedFolder.HiddenPlace(path)
            : full;
    }

    private FolderEntry Entry(FileSystemInfo info) => new(
        Path.GetRelativePath(root, info.FullName).Replace('\\', '/'),
        info.LinkTarget is not null ? EntryKind.Link : info is FileInfo ? EntryKind.File : EntryKind.Directory,
        info is FileInfo { LinkTarget: null } file ? file.Length : 0,
        new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero));

    internal static T Sentence<T>(string path, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(failure is FileNotFoundException or DirectoryNotFoundException
                ? $"There is no \"{path}\"." : $"\"{path}\" cannot be used: {failure.Message}");
        }
    }
}
