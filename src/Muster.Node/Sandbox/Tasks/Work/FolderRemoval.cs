using System.Globalization;
using System.Text;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Work;

/// <summary>Removes a folder that a task or an agent filled: however deep, whatever the names, without following a link out of it.</summary>
public static class FolderRemoval
{
    private const int Deepest = 64;
    private const uint OwnerOnly = 0b111_000_000;

    /// <summary>
    /// Removes a folder with all that is in it; one that is not there is no error. Whatever rights were taken away in it, as caches of packages do, they are
    /// taken back. Nothing may be running in it any more.
    /// </summary>
    /// <exception cref="IOException">Something in it cannot be removed.</exception>
    public static void Remove(string path)
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        Own(path);
        if (!Libc.Supported)
        {
            RemoveWhole(path);
            return;
        }

        using (var root = OpenFolder.Open(path))
        {
            var moved = 0;
            // What lay too deep was moved up, and is in the way once more.
            for (var again = true; again;)
            {
                var before = moved;
                Empty(root, root, depth: 1, ref moved);
                again = moved > before;
            }
        }

        Directory.Delete(path);
    }

    private static void RemoveWhole(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            foreach (var inner in Directory.EnumerateDirectories(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false }))
            {
                Own(inner);
            }

            Directory.Delete(path, recursive: true);
        }
    }

    private static void Own(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static void Empty(OpenFolder folder, OpenFolder root, int depth, ref int moved)
    {
        _ = Libc.fchmod(folder.Handle, OwnerOnly); // what stays forbidden shows below
        foreach (var name in folder.Names().ToList())
        {
            if (folder.Look(name) is not { } entry)
            {
                continue;
            }

            if (entry.Kind != EntryKind.Directory)
            {
                Check(folder.Remove(name, folder: false), name);
                continue;
            }

            if (depth == Deepest)
            {
                var newName = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $".muster-deep-{moved++}\0"));
                Check(folder.Move(name, root, newName), name);
                continue;
            }

            using (var child = folder.Open(name))
            {
                Check(child is not null, name);
                Empty(child!, root, depth + 1, ref moved);
            }

            Check(folder.Remove(name, folder: true), name);
        }
    }

    private static void Check(bool done, byte[] name)
    {
        if (!done)
        {
            throw new IOException($"\"{Encoding.UTF8.GetString(name.AsSpan(0, name.Length - 1))}\" cannot be removed: {Linux.Failure("it").Message}.");
        }
    }
}
