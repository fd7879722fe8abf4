using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Muster.Agents.Tools;

namespace Muster.Node.Folders;

/// <summary>The folder on Linux: everything is done on handles that a <see cref="FolderWalk"/> opened.</summary>
internal sealed class WalkedFolder(string root, HiddenPlaces hidden, KeptFiles kept) : IFolderAccess
{
    private const uint NewFileMode = 0b110_110_110; // the process's umask takes its part
    private const uint OwnFileMode = 0b110_000_000;

    public FileStream OpenRead(string path)
    {
        using var walk = Walk(path);
        // Without O_NONBLOCK a pipe of that name would hang us; a regular file does not care.
        var handle = Open(walk, path, Libc.ReadOnly | Libc.NonBlocking);
        return new FileStream(handle, FileAccess.Read, bufferSize: 0);
    }

    public void Replace(string path, ReadOnlySpan<byte> content)
    {
        using var walk = Walk(path, createParents: true);
        var name = Target(walk, path);
        var temporary = $".muster-{RandomNumberGenerator.GetHexString(12, lowercase: true)}.tmp";
        using var handle = Libc.Open(
            walk.Directory, temporary, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow, out var error, NewFileMode)
            ?? throw LinuxError.Of(error, path);
        try
        {
            RandomAccess.Write(handle, content, 0);
            if (walk.Facts is { } old)
            {
                // Changing the owner fails for anyone but root, who is also the only one for whom it can differ.
                _ = Libc.fchown(handle, old.User, old.Group);
                _ = Libc.fchmod(handle, old.Mode & 0b111_111_111);
            }

            Check(Libc.fsync(handle), path);
            Check(Libc.renameat(walk.Directory, temporary, walk.Directory, name), path);
        }
        catch (Exception failure)
        {
            _ = Libc.unlinkat(walk.Directory, temporary, 0);
            throw failure is IOException ? new ToolException($"\"{path}\" was not written: {failure.Message}") : failure;
        }

        SyncDirectory(walk.Directory);
    }

    public void Append(string path, ReadOnlySpan<byte> content)
    {
        using var walk = Walk(path, createParents: true);
        Target(walk, path);
        using var handle = Open(walk, path, Libc.WriteOnly | Libc.Append | Libc.Create | Libc.NonBlocking);
        try
        {
            using var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException failure)
        {
            throw new ToolException($"\"{path}\" was not written: {failure.Message}");
        }
    }

    public IncomingFile Receive(Incoming file)
    {
        var walk = Walk(file.Path, createParents: true);
        try
        {
            if (!file.Overwrite && walk.Facts is not null)
            {
                throw ConfinedFolder.IsThere(file.Path);
            }

            var name = Target(walk, file.Path);
            var content = Libc.Open(
                walk.Directory, file.Temporary, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow, out var error, file.Mode is null ? NewFileMode : OwnFileMode)
                ?? throw LinuxError.Of(error, file.Path);
            return new WalkedIncoming(walk, name, content, file);
        }
        catch
        {
            walk.Dispose();
            throw;
        }
    }

    public void Discard(string path, string temporary)
    {
        using var walk = Walk(path);
        _ = Libc.unlinkat(walk.Directory, temporary, 0);
    }

    public void Delete(string path)
    {
        using var walk = new FolderWalk(root, hidden, path, mayMiss: true);
        if (walk.Missed || walk is { Name: not null, Facts: null })
        {
            return;
        }

        Check(Libc.unlinkat(walk.Directory, Target(walk, path), 0), path);
        SyncDirectory(walk.Directory);
    }

    public bool DeleteIfEmpty(string path)
    {
        using var walk = WalkToDirectory(Path.GetDirectoryName(path) is { Length: > 0 } above ? above : ".");
        return Libc.unlinkat(walk.Directory, Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), Libc.RemoveDirectory) == 0;
    }

    public FolderEntry? Stat(string path)
    {
        using var walk = new FolderWalk(root, hidden, path, mayMiss: true);
        var facts = walk.Missed ? null : walk.Name is null ? Libc.Facts(walk.Directory) : walk.Facts;
        return facts is null ? null : Entry(walk.Relative, facts);
    }

    public IReadOnlyList<FolderEntry> Enumerate(string path)
    {
        using var walk = WalkToDirectory(path);
        using var handle = Libc.Open(walk.Directory, ".", Libc.ReadOnly | Libc.Directory, out var error)
            ?? throw LinuxError.Of(error, path);
        var keep = hidden.Identities();
        var prefix = walk.Relative.Length == 0 ? "" : walk.Relative + "/";
        // The kernel resolves this name to the handle itself, wherever its path leads by now.
        var entries = Directory.EnumerateFileSystemEntries($"/proc/self/fd/{handle.DangerousGetHandle()}", "*", Everything)
            .Take(ConfinedFolder.MostEntries)
            .Select(entry => Path.GetFileName(entry))
            .Select(name => (Name: name, Facts: Libc.Facts(handle, name)))
            .Where(entry => entry.Facts is not null && !keep.Contains(entry.Facts.Identity))
            .Select(entry => Entry(prefix + entry.Name, entry.Facts!))
            .ToList();
        entries.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return entries;
    }

    public string DirectoryPath(string path)
    {
        using var walk = WalkToDirectory(path);
        return walk.Relative.Length == 0 ? root : Path.Combine(root, walk.Relative);
    }

    private static EnumerationOptions Everything { get; } = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private FolderWalk Walk(string path, bool createParents = false) => new(root, hidden, path, createParents);

    private FolderWalk WalkToDirectory(string path)
    {
        var walk = Walk(path);
        if (walk.Name is null)
        {
            return walk;
        }

        walk.Dispose();
        throw new ToolException(walk.Facts is null ? $"There is no folder \"{path}\"." : $"\"{path}\" is a file, not a folder.");
    }

    private static SafeFileHandle Open(FolderWalk walk, string path, int flags)
    {
        if (walk.Name is null)
        {
            throw new ToolException($"\"{path}\" is a folder, not a file.");
        }

        var handle = Libc.Open(walk.Directory, walk.Name, flags | Libc.NoFollow, out var error, NewFileMode)
            ?? throw LinuxError.Of(error, path);
        if (Libc.Facts(handle)?.Kind == EntryKind.File)
        {
            return handle;
        }

        handle.Dispose();
        throw new ToolException($"\"{path}\" is not a regular file.");
    }

    private string Target(FolderWalk walk, string path) => (walk.Name, walk.Facts) switch
    {
        _ when kept.Covers(walk.Relative) => throw ConfinedFolder.Kept(path),
        (null, _) => throw new ToolException($"\"{path}\" is a folder, not a file."),
        (_, { Kind: not EntryKind.File }) => throw new ToolException($"\"{path}\" is not a regular file."),
        (_, { } facts) when (facts.Mode & 0b010_010_010) == 0 =>
            throw new ToolException($"\"{path}\" is marked read-only. Make it writable first (chmod u+w)."),
        var (name, _) => name,
    };

    private static FolderEntry Entry(string path, FileFacts facts) =>
        new(path, facts.Kind, facts.Kind == EntryKind.File ? facts.Size : 0, facts.Modified);

    private static void Check(int result, string path)
    {
        if (result != 0)
        {
            throw LinuxError.Of(Marshal.GetLastPInvokeError(), path);
        }
    }

    internal static void SyncDirectory(SafeFileHandle directory)
    {
        // Handles of a walk name a place and cannot be flushed; some file systems cannot flush directories at all.
        using var readable = Libc.Open(directory, ".", Libc.ReadOnly | Libc.Directory, out _);
        _ = readable is null ? 0 : Libc.fsync(readable);
    }
}
