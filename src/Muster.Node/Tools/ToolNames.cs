using System.Text.Json;
using Muster.Agents.Tools;

namespace Muster.Node.Tools;

/// <summary>Older names of tools, as skills lists, policies and models may still use them.</summary>
public static class ToolNames
{
    private static readonly Dictionary<string, string[]> _today = new(StringComparer.OrdinalIgnoreCase)
    {
        ["shell_exec"] = ["shell"],
        ["run_shell"] = ["shell"],
        ["scheduler"] = ["schedule"],
        ["file_ops"] = ["file_read", "file_list", "file_search", "file_send"],
    };

    /// <summary>The tools that a name stands for: itself, if it is not an older one.</summary>
    public static IReadOnlyList<string> Expand(string name) => _today.GetValueOrDefault(name, [name]);

    /// <summary>As <see cref="Expand"/>, for a call: the older file tool says by its action which one is meant.</summary>
    public static IReadOnlyList<string> Meant(string name, JsonElement arguments)
    {
        var all = Expand(name);
        return all.Count > 1 && Arguments.Find(arguments, "action") is { ValueKind: JsonValueKind.String } action && all.Contains($"file_{action.GetString()}")
            ? [$"file_{action.GetString()}"]
            : all;
    }
}
