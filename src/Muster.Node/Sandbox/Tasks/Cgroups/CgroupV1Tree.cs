namespace Muster.Node.Sandbox.Tasks.Cgroups;

internal sealed class CgroupV1Tree : ICgroupTree
{
    private static readonly string[] _controllers = ["memory", "cpu", "cpuacct", "pids", "freezer"];
    private readonly Dictionary<string, string> _bases;

    private readonly bool _swap;

    private CgroupV1Tree(Dictionary<string, string> bases)
    {
        _bases = bases;
        _swap = File.Exists(Path.Combine(bases["memory"], "memory.memsw.limit_in_bytes"));
    }

    public string Sentence => "control groups, version 1";

    public IReadOnlyList<string> Bases => [.. _bases.Values.Distinct(StringComparer.Ordinal)];

    /// <returns>Null, with the reason, when tasks cannot be limited by it.</returns>
    public static CgroupV1Tree? Find(CgroupMounts mounts, string name, out string reason)
    {
        var bases = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var controller in _controllers)
        {
            if (mounts.Of(controller) is not { } own)
            {
                reason = $"control groups (version 1) have no {controller} controller here";
                return null;
            }

            bases[controller] = Path.Combine(own, name);
            try
            {
                Directory.CreateDirectory(bases[controller]);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                reason = $"the node may not make control groups in {own} ({refused.Message.TrimEnd('.')})";
                return null;
            }
        }

        reason = "";
        return new CgroupV1Tree(bases);
    }

    public ICgroup Of(string attempt) =>
        new CgroupV1(_bases.ToDictionary(part => part.Key, part => Path.Combine(part.Value, attempt), StringComparer.Ordinal), _swap);
}
