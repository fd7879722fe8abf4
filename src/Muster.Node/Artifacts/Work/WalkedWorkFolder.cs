using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Muster.Node.Folders;

namespace Muster.Node.Artifacts.Work;

/// <summary>The folder on Linux: each step from a handle to the next, none through a link, whatever is swapped meanwhile.</summary>
internal sealed class WalkedWorkFolder : IWorkFolder
{
    private const uint NewFolderMode = 0b111_111_101;
    private const uint NewFileMode = 0b111_101_101; // an input may be a program
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };
    private readonly SafeFileHandle _root;

    public WalkedWorkFolder(string folder) => _root = Libc.OpenRoot(folder, out var error) ?? throw Failure(error, folder);

    public SafeFileHandle Create(string path)
    {
        using var parent = Parent(path, create: true);
        return Libc.Open(parent, NameOf(path), Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow, out var error, NewFileMode) ?? throw Failure(error, path);
    }

    public SafeFileHandle? Open(string path)
    {
        try
        {
            using var parent = Parent(path, create: false);
            // Without O_NONBLOCK a pipe of that name would hang us; a regular file does not care.
            var handle = Libc.Open(parent, NameOf(path), Libc.ReadOnly | Libc.NonBlocking | Libc.NoFollow, out _);
            if (handle is null || Libc.Facts(handle)?.Kind == EntryKind.File)
            {
                return handle;
            }

            handle.Dispose();
            return null;
        }
        catch (IOException)
        {
            return null; // a folder on the way is none any more
        }
    }

    public IEnumerable<WorkEntry> List(string path)
    {
        using var folder = OpenFolder(path);
        // The kernel resolves this name to the handle itself, wherever its path leads by now.
        var names = Directory.EnumerateFileSystemEntries(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{folder.DangerousGetHandle()}"), "*", _everything);
        foreach (var name in names.Select(entry => Path.GetFileName(entry)))
        {
            // A name that is no text cannot be found again: it is listed as something that is no file.
            yield return Libc.Facts(folder, name) is { } facts ? new WorkEntry(name, facts.Kind, facts.Size) : new WorkEntry(name, EntryKind.Other, 0);
        }
    }

    public void Dispose() => _root.Dispose();

    private SafeFileHandle OpenFolder(string path)
    {
        using var parent = path.Length == 0 ? Top() : Parent(path, create: false);
        var name = path.Length == 0 ? "." : NameOf(path);
        return Libc.Open(parent, name, Libc.ReadOnly | Libc.Directory | Libc.NoFollow, out var error) ?? throw Failure(error, path);
    }

    /// <summary>The folder that holds the last part of a path.</summary>
    private SafeFileHandle Parent(string path, bool create)
    {
        var at = Top();
        foreach (var part in path.Split('/')[..^1])
        {
            using var above = at;
            if (create)
            {
                _ = Libc.mkdirat(above, part, NewFolderMode); // where it is there already, the next line finds it
            }

            at = Libc.Open(above, part, Libc.PathOnly | Libc.Directory | Libc.NoFollow, out var error) ?? throw Failure(error, path);
        }

        return at;
    }

    private SafeFileHandle Top() => Libc.Open(_root, ".", Libc.PathOnly | Libc.Directory, out var error) ?? throw Failure(error, "");

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static IOException Failure(int error, string path) => new($"\"{WorkPath.Shown(path)}\": {Marshal.GetPInvokeErrorMessage(error)}", error);
}
