using System.Globalization;
using System.Text;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Work;

/// <summary>Removes a folder that a task filled: however deep, whatever the names, without following a link out of it.</summary>
public static class FolderRemoval
{
    private const int Deepest = 64;

    /// <summary>Removes a folder with all that is in it. Nothing may be running in it any more.</summary>
    /// <exception cref="IOException">Something in it cannot be removed.</exception>
    public static void Remove(string path)
    {
        if (!Libc.Supported)
        {
            Directory.Delete(path, recursive: true);
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

    private static void Empty(OpenFolder folder, OpenFolder root, int depth, ref int moved)
    {
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
