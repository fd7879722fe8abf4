namespace Muster.Protocol.Archives.Folders;

/// <summary>
/// The folder where files cannot be opened by the handle of their folder (macOS, Windows): each part is looked at before it is used.
/// A link swapped in between is not caught here, unlike on Linux.
/// </summary>
internal sealed class PortableFolder : ArchiveFolder
{
    private const UnixFileMode OwnersFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _root;

    public PortableFolder(string root) =>
        _root = Directory.Exists(root) ? Path.GetFullPath(root) : throw new DirectoryNotFoundException($"There is no folder \"{root}\".");

    internal static EnumerationOptions Everything { get; } = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    public static IOException InTheWay(string path) => new($"Something that is no folder of this archive is in the way of \"{path}\".");

    public override bool CreateFolder(string path)
    {
        var full = Full(path) ?? throw InTheWay(path);
        if (Path.Exists(full) || new FileInfo(full).LinkTarget is not null)
        {
            return IsFolder(full) ? false : throw InTheWay(path);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(full);
        }
        else
        {
            Directory.CreateDirectory(full, OwnersFolder);
        }

        return true;
    }

    public override FileStream CreateFile(string path, bool executable)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = executable ? OwnersFolder : UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(Full(path) ?? throw InTheWay(path), options);
    }

    public override FileStream? OpenFile(string path)
    {
        var full = Full(path);
        return full is not null && Kind(full) == ItemKind.File
            ? new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
            : null;
    }

    public override IReadOnlyList<FolderItem>? List(string path, int most)
    {
        var full = path.Length == 0 ? _root : Full(path);
        return full is null || !IsFolder(full) ? null
            : [.. Directory.EnumerateFileSystemEntries(full, "*", Everything).Take(most).Select(entry => new FolderItem(Path.GetFileName(entry), Kind(entry)))];
    }

    public override void Remove(string path, bool folder)
    {
        if (Full(path) is not { } full)
        {
            return;
        }

        if (folder)
        {
            Directory.Delete(full);
        }
        else
        {
            File.Delete(full);
        }
    }

    public override void Dispose()
    {
        // Nothing is held.
    }

    private static bool IsFolder(string full) => new DirectoryInfo(full) is { Exists: true, LinkTarget: null };

    private static ItemKind Kind(string full)
    {
        var file = new FileInfo(full);
        return IsFolder(full) ? ItemKind.Folder
            : file is { Exists: true, LinkTarget: null } && (file.Length > 0 || OperatingSystem.IsWindows() || IsSeekable(full)) ? ItemKind.File
            : ItemKind.Other;
    }

    /// <summary>What tells an empty file from a pipe or a device, which have no length either. Open for both ways, a pipe waits for nobody.</summary>
    private static bool IsSeekable(string full)
    {
        try
        {
            using var stream = new FileStream(full, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return stream.CanSeek;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string? Full(string path)
    {
        var full = _root;
        var parts = path.Split('/');
        foreach (var part in parts[..^1])
        {
            full = Path.Combine(full, part);
            if (!IsFolder(full))
            {
                return null;
            }
        }

        return Path.Combine(full, parts[^1]);
    }
}
