using System.Text.Json;
using Muster.Agents.Tools;

namespace Muster.Hub.Chat.Assistant;

/// <summary>The one part of a machine's tool of this name that a hub has, too.</summary>
internal sealed class ClockTool(TimeProvider time) : Tool
{
    public const string ToolName = "system";
    public const string Section = "time";

    public override string Name => ToolName;

    public override string Description => "Tells the time on the hub. Disks, memory and processes are on the machines.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {"section": {"type": "string", "enum": ["time"], "default": "time"}}}
        """);

    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) =>
        Task.FromResult(ToolResult.FromText(EventJson.Write(json => json.WriteString("time", time.GetLocalNow()))));
}
