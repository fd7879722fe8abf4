using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Protocol.Jobs;

namespace Muster.Node.Sandbox.Tasks.Work;

/// <summary>Whether what is in a folder stays below a limit, while someone may be filling it.</summary>
internal static class FolderUse
{
    // An entry takes an inode and a place in its folder, which no file system accounts for as blocks.
    private const long LeastPerEntry = 4096;

    // Deeper ones are made to break whoever has to walk them; each level that is open here takes a handle.
    private const int Deepest = 128;

    /// <returns>Null while it stays below, else a sentence.</returns>
    public static string? Over(string path, long limit)
    {
        if (OpenFolder.TryOpen(path) is not { } folder)
        {
            return "Its work folder is gone.";
        }

        using var closing = folder;
        var left = limit;
        return !Count(folder, ref left, depth: 1) ? $"Its folders are more than {Deepest} deep."
            : left < 0 ? $"Its files need more than the {new ByteSize(limit)} of its disk limit (each counts for {LeastPerEntry} at the least)."
            : null;
    }

    private static bool Count(OpenFolder folder, ref long left, int depth)
    {
        foreach (var name in folder.Names())
        {
            if (folder.Look(name) is not { } entry)
            {
                continue;
            }

            left -= Math.Max(LeastPerEntry, entry.Bytes);
            if (left < 0)
            {
                return true;
            }

            if (entry.Kind == EntryKind.Directory)
            {
                using var child = folder.Open(name);
                if (depth == Deepest || (child is not null && !Count(child, ref left, depth + 1)))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
