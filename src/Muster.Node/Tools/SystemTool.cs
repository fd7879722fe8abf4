using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Tools.Facts;

namespace Muster.Node.Tools;

public sealed class SystemTool : Tool
{
    private readonly TimeProvider _time;

    internal SystemTool(TimeProvider time) => _time = time;

    public override string Name => "system";

    public override string Description =>
        "Tells how this machine is: disks, memory, load, the busiest processes, uptime, the time. The answer is JSON.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "section": {"type": "string", "enum": ["all", "disk", "memory", "load", "processes", "uptime", "time"], "default": "all"}
        }}
        """);

    public override Replay Replay => Replay.Safe;

    public override Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => Task.Run(async () =>
    {
        var section = call.Optional("section") ?? "all";
        bool Asked(string name) => section == name || section == "all";
        var usage = Asked("load") || Asked("processes") ? await ProcessorUsage.SampleAsync(_time, abort) : null;
        var report = new SystemReport
        {
            Time = Asked("time") ? _time.GetLocalNow() : null,
            UptimeSeconds = Asked("uptime") ? MachineFacts.UptimeSeconds() : null,
            Load = Asked("load") ? MachineFacts.Load(usage!.MachinePercent) : null,
            Memory = Asked("memory") ? MachineFacts.Memory() : null,
            Disks = Asked("disk") ? Mounts.Disks() : null,
            Processes = Asked("processes") ? ProcessTable.Busiest(usage!) : null,
        };
        return ToolResult.FromText(JsonSerializer.Serialize(report, ToolJson.Plain.SystemReport));
    }, abort);
}
