using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Agents.Tools.Fleet;

namespace Muster.Hub.Chat.Assistant;

/// <summary>The tools of the hub's own assistant. None of them runs code or touches a file.</summary>
internal static class HubTools
{
    private static readonly string[] _forGuests = ["memory_read", "nodes", ClockTool.ToolName];

    /// <param name="hub">Asks in the name of one run, as a machine's tools do over their link.</param>
    public static IReadOnlyList<Tool> For(HubCalls hub, bool guest, TimeProvider time)
    {
        IReadOnlyList<Tool> all =
        [
            new MemoryReadTool(hub), new MemoryWriteTool(hub), new NodesTool(hub), new ScheduleTool(hub, listed: true), new ScheduleTool(hub, listed: false),
            new ClockTool(time), new FleetTool(hub, time), new SubmitJobTool(hub, time),
        ];
        return guest ? [.. all.Where(tool => _forGuests.Contains(tool.Name))] : all;
    }

    /// <summary>A person has to say yes to each call: it acts on machines.</summary>
    public static bool Asks(string tool) => tool is "fleet" or "submit_job";

    /// <summary>Whether these tools can do what the built-in rules would do about a message.</summary>
    public static bool Have(string tool, JsonElement arguments) => tool switch
    {
        "memory_read" or "memory_write" or "nodes" or "schedule" => true,
        ClockTool.ToolName => arguments.TryGetProperty("section", out var section) && section.GetString() == ClockTool.Section,
        _ => false,
    };
}
