using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Muster.Protocol.Archives.Folders;

/// <summary>Goes down from the folder's handle, one handle per part, so that a link swapped in under way leads nowhere.</summary>
internal sealed class LinuxFolder(string root) : ArchiveFolder
{
    private const uint OwnersFolder = 0b111_000_000;
    private const uint OwnersFile = 0b110_000_000;
    private const uint OwnersProgram = 0b111_000_000;
    private readonly SafeFileHandle _root = LinuxCalls.OpenRoot(root);

    public override bool CreateFolder(string path)
    {
        using var parent = Parent(path, out var name);
        return LinuxCalls.mkdirat(parent, name, OwnersFolder) == 0
            || (Marshal.GetLastPInvokeError() == LinuxCalls.Exists && Enter(parent, name, path) ? false : throw LinuxCalls.Failure(path));
    }

    public override FileStream CreateFile(string path, bool executable)
    {
        using var parent = Parent(path, out var name);
        var flags = LinuxCalls.WriteOnly | LinuxCalls.Create | LinuxCalls.Exclusive | LinuxCalls.NoFollow;
        var handle = LinuxCalls.Open(parent, name, flags, executable ? OwnersProgram : OwnersFile) ?? throw LinuxCalls.Failure(path);
        return new FileStream(handle, FileAccess.Write, bufferSize: 0);
    }

    public override FileStream? OpenFile(string path)
    {
        using var parent = TryParent(path, out var name);
        // A place only: to open a pipe would wait for its other end, and to open a device can do things.
        using var place = parent is null ? null : LinuxCalls.Open(parent, name, LinuxCalls.PathOnly | LinuxCalls.NoFollow);
        return place is not null && LinuxCalls.Kind(place) == ItemKind.File
            ? new FileStream(LinuxCalls.PathOf(place), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0)
            : null;
    }

    public override IReadOnlyList<FolderItem>? List(string path, int most)
    {
        using var folder = Down(path);
        return folder is null ? null
            : [.. Directory.EnumerateFileSystemEntries(LinuxCalls.PathOf(folder), "*", PortableFolder.Everything)
                .Select(entry => Path.GetFileName(entry))
                .Take(most)
                .Select(name => new FolderItem(name, Kind(folder, name)))];
    }

    public override void Remove(string path, bool folder)
    {
        using var parent = TryParent(path, out var name);
        _ = parent is null ? 0 : LinuxCalls.unlinkat(parent, name, folder ? LinuxCalls.RemoveFolder : 0);
    }

    public override void Dispose() => _root.Dispose();

    private static ItemKind Kind(SafeFileHandle folder, string name)
    {
        using var item = LinuxCalls.Open(folder, name, LinuxCalls.PathOnly | LinuxCalls.NoFollow);
        return item is null ? ItemKind.Other : LinuxCalls.Kind(item);
    }

    private static bool Enter(SafeFileHandle parent, string name, string path)
    {
        using var folder = LinuxCalls.Open(parent, name, LinuxCalls.PathOnly | LinuxCalls.NoFollow);
        return folder is not null && LinuxCalls.Kind(folder) == ItemKind.Folder ? true : throw PortableFolder.InTheWay(path);
    }

    private SafeFileHandle Parent(string path, out string name) => TryParent(path, out name) ?? throw PortableFolder.InTheWay(path);

    private SafeFileHandle? TryParent(string path, out string name)
    {
        var slash = path.LastIndexOf('/');
        name = path[(slash + 1)..];
        return Down(slash < 0 ? "" : path[..slash]);
    }

    /// <returns>Null when a part of the path is no folder, or a link.</returns>
    private SafeFileHandle? Down(string path)
    {
        const int Flags = LinuxCalls.PathOnly;
        var folder = LinuxCalls.Open(_root, ".", Flags | LinuxCalls.Directory);
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            using var above = folder;
            folder = above is null ? null : LinuxCalls.Open(above, part, Flags | LinuxCalls.Directory | LinuxCalls.NoFollow);
        }

        return folder;
    }
}
