using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Cgroups;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Containers;

/// <summary>
/// The control groups that a node makes around its containers, one for each attempt, so that what an attempt used is still known when
/// its container's own group has gone with it. Only where the node is root and the engine takes a group by its path.
/// </summary>
internal sealed class ContainerGroups(string home, CgroupMounts mounts, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private readonly string _beginning = CgroupSearch.Name(home) + "-box-";

    private IEnumerable<string> Tops => mounts.Tops().Select(top => top.Folder);

    /// <param name="own">Whether to make one around the container's.</param>
    public ContainerGroup Of(string attempt, bool own) => new(mounts.Tops(), own ? _beginning + attempt : null);

    /// <summary>Ends and removes what is in sight of attempts that this process does not run.</summary>
    public IReadOnlySet<string> End(Func<string, bool> isLive)
    {
        var found = Tops.Where(Directory.Exists).SelectMany(top => Directory.EnumerateDirectories(top, _beginning + "*"))
            .Where(folder => !isLive(Path.GetFileName(folder)[_beginning.Length..])).ToList();
        foreach (var folder in found)
        {
            foreach (var pid in Below(folder).SelectMany(CgroupFiles.Processes).Where(pid => pid != Environment.ProcessId))
            {
                _ = Libc.kill(pid, Libc.Kill);
            }

            _ = Remove(folder, time);
        }

        return found.Select(folder => Path.GetFileName(folder)[_beginning.Length..]).ToHashSet(StringComparer.Ordinal);
    }

    /// <returns>Whether it is gone, with all below it.</returns>
    public static bool Remove(string folder, TimeProvider time)
    {
        for (var start = time.GetTimestamp(); ;)
        {
            if (Below(folder).All(CgroupFiles.Remove))
            {
                return true;
            }

            if (time.GetElapsedTime(start) > _patience)
            {
                return false;
            }

            _ = new Waiting().For(TimeSpan.FromMilliseconds(2));
        }
    }

    // The deepest first.
    private static IEnumerable<string> Below(string folder) => !Directory.Exists(folder) ? []
        : Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).Append(folder);
}
