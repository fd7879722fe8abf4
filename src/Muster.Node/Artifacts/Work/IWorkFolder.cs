using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;

namespace Muster.Node.Artifacts.Work;

/// <summary>
/// The seam between the node and an attempt's private folder, which a stranger's program has filled: nothing that is done here follows
/// a link or leaves the folder. Linux walks by handles; elsewhere paths are checked.
/// </summary>
internal interface IWorkFolder : IDisposable
{
    /// <summary>Makes a new file, and the folders above it.</summary>
    /// <exception cref="IOException">There is something of that name, or no space.</exception>
    SafeFileHandle Create(string path);

    /// <summary>Opens a regular file; null when it is none any more, or may not be read.</summary>
    SafeFileHandle? Open(string path);

    /// <summary>What is in a folder; the empty path is the folder itself.</summary>
    /// <exception cref="IOException">It cannot be listed.</exception>
    IEnumerable<WorkEntry> List(string path);
}

internal readonly record struct WorkEntry(string Name, EntryKind Kind, long Size);

internal static class WorkFolders
{
    public static IWorkFolder Open(string folder) => Libc.Supported ? new WalkedWorkFolder(folder) : new CheckedWorkFolder(folder);
}
