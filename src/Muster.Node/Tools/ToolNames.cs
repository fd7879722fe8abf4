namespace Muster.Node.Tools;

/// <summary>Older names of tools, as skills lists, policies and models may still use them.</summary>
public static class ToolNames
{
    private static readonly Dictionary<string, string[]> _today = new(StringComparer.OrdinalIgnoreCase)
    {
        ["shell_exec"] = ["shell"],
        ["run_shell"] = ["shell"],
        ["scheduler"] = ["schedule"],
        ["file_ops"] = ["file_read", "file_list", "file_search"],
    };

    /// <summary>The tools that a name stands for: itself, if it is not an older one.</summary>
    public static IReadOnlyList<string> Expand(string name) => _today.GetValueOrDefault(name, [name]);
}
