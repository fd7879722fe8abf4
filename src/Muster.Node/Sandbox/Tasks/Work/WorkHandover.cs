using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Work;

/// <summary>Makes a work folder the task's own where the node is root and the task somebody else.</summary>
internal static class WorkHandover
{
    /// <exception cref="SandboxUnavailableException">It is not there.</exception>
    public static void Give(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new SandboxUnavailableException($"The work folder {path} is not there.");
        }

        if (Libc.Supported && Libc.geteuid() == 0)
        {
            using var folder = OpenFolder.Open(path);
            Give(folder);
            Linux.Check(Linux.ChangeOwner(folder.Handle, Identity.Nobody), path);
        }
    }

    private static void Give(OpenFolder folder)
    {
        foreach (var name in folder.Names())
        {
            // A file with another name elsewhere is somebody else's too.
            if (folder.Look(name) is { } entry && (entry.Kind == EntryKind.Directory || entry.Links == 1))
            {
                _ = folder.ChangeOwner(name, Identity.Nobody);
                if (entry.Kind == EntryKind.Directory && folder.Open(name) is { } child)
                {
                    using (child)
                    {
                        Give(child);
                    }
                }
            }
        }
    }
}
