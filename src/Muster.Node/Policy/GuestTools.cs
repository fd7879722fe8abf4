using System.Text.Json;
using Muster.Node.Tools;

namespace Muster.Node.Policy;

/// <summary>What a run may use that a guest asked for: tools that read here, and nothing else, whatever the owner's rules allow others.</summary>
internal static class GuestTools
{
    private static readonly HashSet<string> _reading = ["file_read", "file_list", "file_search", "system", "sensor", "memory_read", "nodes", "skill", "task_status"];

    public static bool Allow(string tool, JsonElement arguments) => ToolNames.Meant(tool, arguments).All(_reading.Contains);

    public static string Refusal(string tool, string language) => language == "zh"
        ? $"访客不能使用 {tool}：访客在这里只能读取，不能更改。可以请一位成员来做。"
        : $"{tool} is not for guests: they may read here and change nothing. Somebody whose role is member can ask for it.";
}
