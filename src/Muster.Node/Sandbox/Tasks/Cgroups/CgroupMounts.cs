namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>Where this process's control groups are in the file system, as its mountinfo and cgroup files say.</summary>
/// <param name="MountInfo">The text of /proc/self/mountinfo.</param>
/// <param name="Own">The text of /proc/self/cgroup.</param>
internal sealed record CgroupMounts(string MountInfo, string Own)
{
    public static CgroupMounts OfThisProcess() => new(File.ReadAllText("/proc/self/mountinfo"), File.ReadAllText("/proc/self/cgroup"));

    /// <summary>The folder of this process's group in the unified hierarchy; null without one.</summary>
    public string? Unified() => Folder("cgroup2", option: null, OwnPath(line => line.StartsWith("0::", StringComparison.Ordinal)));

    public string? UnifiedTop() => Folder("cgroup2", option: null, "/");

    /// <summary>The folder of this process's group in the hierarchy of one controller, version 1; null without one.</summary>
    public string? Of(string controller) =>
        Folder("cgroup", controller, OwnPath(line => line.Split(':') is [_, var names, ..] && names.Split(',').Contains(controller)));

    /// <summary>The top folders of all hierarchies that are wholly in sight, each with its controllers; none for version 2.</summary>
    public IReadOnlyList<(string Folder, IReadOnlyList<string> Controllers)> Tops()
    {
        var tops = new List<(string, IReadOnlyList<string>)>();
        foreach (var line in MountInfo.Split('\n'))
        {
            var halves = line.Split(" - ", 2);
            if (halves.Length == 2 && halves[0].Split(' ') is [_, _, _, "/", var point, ..] && halves[1].Split(' ') is [("cgroup" or "cgroup2") and var kind, _, var options, ..])
            {
                tops.Add((Plain(point).TrimEnd('/'), kind == "cgroup" ? options.Split(',') : []));
            }
        }

        return tops;
    }

    private string? OwnPath(Func<string, bool> isIt) =>
        Own.Split('\n').FirstOrDefault(isIt) is { } line ? line[(line.IndexOf(':', line.IndexOf(':') + 1) + 1)..] : null;

    // id parent device ROOT POINT options optional… - TYPE source OPTIONS
    private string? Folder(string type, string? option, string? own)
    {
        foreach (var line in own is null ? [] : MountInfo.Split('\n'))
        {
            var halves = line.Split(" - ", 2);
            if (halves.Length == 2 && halves[0].Split(' ') is [_, _, _, var root, var point, ..]
                && halves[1].Split(' ') is [var kind, _, var options, ..]
                && kind == type && (option is null || options.Split(',').Contains(option))
                && Below(own!, Plain(root)) is { } rest)
            {
                return Plain(point).TrimEnd('/') + rest;
            }
        }

        return null;
    }

    // In a container the mount shows only a part of the tree, and this process may be above it.
    private static string? Below(string own, string root) =>
        root == "/" ? own.TrimEnd('/')
        : own == root ? ""
        : own.StartsWith(root + "/", StringComparison.Ordinal) ? own[root.Length..]
        : own == "/" ? "" : null;

    private static string Plain(string text) => text.Replace("\\040", " ", StringComparison.Ordinal).Replace("\\134", "\\", StringComparison.Ordinal);
}
