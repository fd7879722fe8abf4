namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>
/// Version 2: a group that has controllers for its children holds no process itself. So where the node's own group was given to it
/// (<c>Delegate=yes</c>), the node moves into a child of that group and makes the others beside itself.
/// </summary>
internal sealed class CgroupV2Tree : ICgroupTree
{
    private const string NodesOwn = "muster-node";
    private static readonly string[] _controllers = ["memory", "cpu", "pids"];
    private readonly string _base;

    private CgroupV2Tree(string folder) => _base = folder;

    public string Sentence => "control groups, version 2";

    public IReadOnlyList<string> Bases => [_base];

    /// <returns>Null, with the reason, when tasks cannot be limited by it.</returns>
    public static CgroupV2Tree? Find(CgroupMounts mounts, string name, out string reason)
    {
        if (mounts.Unified() is not { } own)
        {
            reason = "there is no unified hierarchy of control groups (version 2)";
            return null;
        }

        // Only root may make groups at the top, where no service gave the node one of its own.
        return In(Path.GetFileName(own) == NodesOwn ? Path.GetDirectoryName(own)! : own, name, out reason)
            ?? (mounts.UnifiedTop() is { } top && top != own ? In(top, name, out _) : null);
    }

    public ICgroup Of(string attempt) => new CgroupV2(Path.Combine(_base, attempt));

    private static CgroupV2Tree? In(string own, string name, out string reason)
    {
        var missing = _controllers.Except((CgroupFiles.Read(own, "cgroup.controllers") ?? "").Split(' ', '\n')).ToList();
        if (missing.Count > 0)
        {
            reason = $"the control group {own} has no {string.Join(", ", missing)} controller for the node's tasks";
            return null;
        }

        try
        {
            Enable(own);
            var folder = Path.Combine(own, name);
            Directory.CreateDirectory(folder);
            CgroupFiles.Write(folder, "cgroup.subtree_control", "+memory +cpu +pids");
            reason = "";
            return new CgroupV2Tree(folder);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            reason = $"the node may not make control groups in {own} ({refused.Message.TrimEnd('.')})";
            return null;
        }
    }

    private static void Enable(string own)
    {
        if (_controllers.Except((CgroupFiles.Read(own, "cgroup.subtree_control") ?? "").Split(' ', '\n')).Any())
        {
            var moved = Path.Combine(own, NodesOwn);
            Directory.CreateDirectory(moved);
            CgroupFiles.Write(moved, "cgroup.procs", Environment.ProcessId);
            CgroupFiles.Write(own, "cgroup.subtree_control", "+memory +cpu +pids");
        }
    }
}
