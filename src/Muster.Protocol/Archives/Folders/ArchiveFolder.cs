namespace Muster.Protocol.Archives.Folders;

/// <summary>A folder on disk whose inside is reached without ever following a link. Paths are relative, with <c>/</c>, and checked before.</summary>
internal abstract class ArchiveFolder : IDisposable
{
    /// <exception cref="IOException">There is no such folder.</exception>
    public static ArchiveFolder Open(string path) => LinuxCalls.Supported ? new LinuxFolder(path) : new PortableFolder(path);

    /// <summary>Makes a folder that only its owner may enter; its parent is there already.</summary>
    /// <returns>False when it was there.</returns>
    public abstract bool CreateFolder(string path);

    /// <summary>Makes a file that only its owner may read; it must not be there.</summary>
    public abstract FileStream CreateFile(string path, bool executable);

    /// <summary>Never waits, whatever is there.</summary>
    /// <returns>Null when it is no regular file (any more).</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public abstract FileStream? OpenFile(string path);

    /// <returns>Null when it is no folder (any more).</returns>
    public abstract IReadOnlyList<FolderItem>? List(string path, int most);

    public abstract void Remove(string path, bool folder);

    public abstract void Dispose();
}

internal enum ItemKind
{
    File,
    Folder,
    Other,
}

internal readonly record struct FolderItem(string Name, ItemKind Kind);
