using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Coding.Agents;

/// <summary>
/// The home of one session, which its agent may have filled with whatever it likes. Names are relative to it; a link on their way is removed and never
/// followed. Nothing of the session may be running.
/// </summary>
internal sealed class AgentHome(string path)
{
    // Shells and git read them whenever they start, and so run what one command that was allowed has written there.
    private static readonly string[] _starters =
    [
        ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".gitconfig", ".config/git",
    ];

    public string At(string name) => Path.Combine(path, name);

    /// <summary>What shells and git would run or obey at every later command.</summary>
    public void RemoveStarters()
    {
        foreach (var name in _starters)
        {
            Remove(name);
        }
    }

    /// <summary>Removes a file, a link, or a folder with all that is in it.</summary>
    public void Remove(string name)
    {
        foreach (var place in Way(name))
        {
            if (!IsFolder(place))
            {
                File.Delete(place);
                return;
            }

            Own(place);
        }

        FolderRemoval.Remove(At(name));
    }

    /// <summary>Makes a real folder of it, whatever else is there.</summary>
    public void MakeFolder(string name)
    {
        foreach (var place in Way(name))
        {
            if (!IsFolder(place))
            {
                File.Delete(place);
                Directory.CreateDirectory(place);
            }

            Own(place);
        }
    }

    /// <summary>Makes a real folder of it, and removes what is neither a file nor a folder in it: links, and pipes, which hold up whoever opens them.</summary>
    /// <param name="folders">Files are removed too.</param>
    public void MakePlain(string name, bool folders = false)
    {
        MakeFolder(name);
        if (!Libc.Supported)
        {
            return; // agents have the person's home there
        }

        using var folder = OpenFolder.Open(At(name));
        foreach (var entry in folder.Names().Where(entry => folder.Look(entry)?.Kind is EntryKind.Link or EntryKind.Other || (folders && folder.Look(entry)?.Kind == EntryKind.File)).ToList())
        {
            folder.Remove(entry, folder: false);
        }
    }

    /// <summary>Makes a real folder of it, in which nothing stays but these folders.</summary>
    public void KeepIn(string name, IReadOnlyCollection<string> kept)
    {
        MakeFolder(name);
        foreach (var entry in new DirectoryInfo(At(name)).EnumerateFileSystemInfos().Select(entry => entry.Name).ToList())
        {
            if (kept.Contains(entry))
            {
                MakePlain(Path.Combine(name, entry));
            }
            else
            {
                Remove(Path.Combine(name, entry));
            }
        }
    }

    /// <summary>Makes room for something that is shown there: folders on its way, and nothing in its place that could not be covered by it.</summary>
    public void MakeRoom(string name, bool forFolder)
    {
        if (forFolder)
        {
            MakeFolder(name);
            return;
        }

        if (Path.GetDirectoryName(name) is { Length: > 0 } folder)
        {
            MakeFolder(folder);
        }

        Remove(name);
    }

    /// <summary>Each folder on the way to it, and it itself.</summary>
    private IEnumerable<string> Way(string name)
    {
        var place = path;
        return name.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries).Select(part => place = Path.Combine(place, part));
    }

    private static bool IsFolder(string place) => Directory.Exists(place) && new DirectoryInfo(place).LinkTarget is null;

    private static void Own(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
