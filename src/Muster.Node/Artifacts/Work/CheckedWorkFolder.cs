using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;

namespace Muster.Node.Artifacts.Work;

/// <summary>
/// The folder where openat is not at hand (macOS, Windows): nothing on the way may be a link when it is looked at. One that is swapped
/// in between the look and the use is not caught here, unlike on Linux.
/// </summary>
internal sealed class CheckedWorkFolder(string folder) : IWorkFolder
{
    public SafeFileHandle Create(string path)
    {
        var full = Inside(path, create: true);
        return File.OpenHandle(full, FileMode.CreateNew, FileAccess.Write);
    }

    public SafeFileHandle? Open(string path)
    {
        try
        {
            var full = Inside(path, create: false);
            return new FileInfo(full) is { Exists: true, LinkTarget: null } info && info.Attributes is var kind && !kind.HasFlag(FileAttributes.Device)
                ? File.OpenHandle(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
                : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // it is not there any more, or may not be read
        }
    }

    public IEnumerable<WorkEntry> List(string path)
    {
        var full = path.Length == 0 ? folder : Inside(path, create: false);
        return new DirectoryInfo(full).EnumerateFileSystemInfos().Select(info => new WorkEntry(
            info.Name,
            info.LinkTarget is not null || info.Attributes.HasFlag(FileAttributes.ReparsePoint) ? EntryKind.Link
                : info is DirectoryInfo ? EntryKind.Directory
                : info.Attributes.HasFlag(FileAttributes.Device) ? EntryKind.Other : EntryKind.File,
            info is FileInfo file ? file.Length : 0));
    }

    public void Dispose()
    {
        // nothing is held open
    }

    private string Inside(string path, bool create)
    {
        var at = folder;
        foreach (var part in path.Split('/')[..^1])
        {
            at = Path.Combine(at, part);
            var info = create ? Directory.CreateDirectory(at) : new DirectoryInfo(at);
            if (!info.Exists || info.LinkTarget is not null)
            {
                throw new IOException($"\"{WorkPath.Shown(path)}\" goes through a link, or through what is no folder.");
            }
        }

        return Path.Combine(at, path[(path.LastIndexOf('/') + 1)..]);
    }
}
