using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>
/// Remembers where a home has had control groups (a node started by hand has them elsewhere each time) and clears what an earlier
/// process of it left in them.
/// </summary>
internal sealed class CgroupLeftovers(string home, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private ICgroupTree? _remembered;

    private string List => Path.Combine(home, "sandbox", "cgroups");

    public void Remember(ICgroupTree tree)
    {
        if (_remembered == tree)
        {
            return;
        }

        _remembered = tree;
        var known = Known();
        if (tree.Bases.Except(known).Any())
        {
            Directory.CreateDirectory(Path.GetDirectoryName(List)!);
            File.WriteAllLines(List, known.Union(tree.Bases));
        }
    }

    /// <param name="isLive">Names of attempts that this process runs.</param>
    /// <returns>The names of the attempts that were there.</returns>
    public IReadOnlySet<string> End(Func<string, bool> isLive)
    {
        var folders = Known().Where(Directory.Exists).SelectMany(Directory.EnumerateDirectories)
            .Where(folder => !isLive(Path.GetFileName(folder))).ToList();
        // In version 1 a process that is frozen in one hierarchy is not to be killed in another.
        folders.ForEach(Kill);
        folders.ForEach(Clear);
        return folders.Select(folder => Path.GetFileName(folder)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>The node stops: its groups go as well, but for those in which something still is.</summary>
    public void Leave()
    {
        foreach (var folder in Known().Where(Directory.Exists))
        {
            try
            {
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // somebody else of this home is in there, such as a check of the doctor
            }
        }

        _remembered = null;
    }

    private List<string> Known() => File.Exists(List) ? [.. File.ReadAllLines(List)] : [];

    private void Clear(string folder)
    {
        for (var start = time.GetTimestamp(); !CgroupFiles.Remove(folder) && time.GetElapsedTime(start) < _patience;)
        {
            Kill(folder);
            _ = new Waiting().For(TimeSpan.FromMilliseconds(2));
        }
    }

    private static void Kill(string folder)
    {
        foreach (var pid in CgroupFiles.Processes(folder).Where(pid => pid != Environment.ProcessId))
        {
            _ = Libc.kill(pid, Libc.Kill);
        }

        Thaw(folder, "freezer.state", "THAWED");
        Thaw(folder, "cgroup.freeze", "0");
    }

    private static void Thaw(string folder, string file, string value)
    {
        if (File.Exists(Path.Combine(folder, file)))
        {
            CgroupFiles.Write(folder, file, value);
        }
    }
}
