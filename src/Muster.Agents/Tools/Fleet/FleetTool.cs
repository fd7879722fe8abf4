using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Agents.Tools.Fleet;

/// <summary>
/// Asks many machines the same at once, and returns one table. The hub does the asking and knows the request by the call's id: this asks
/// again until the table is there.
/// </summary>
public sealed class FleetTool : Tool
{
    private const double UsualSeconds = 60;
    private const double MostSeconds = 3600;
    private const double HubWaits = 5;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan _parting = TimeSpan.FromSeconds(1);
    private readonly HubCalls _hub;
    private readonly TimeProvider _time;

    public FleetTool(HubCalls hub, TimeProvider time) => (_hub, _time) = (hub, time);

    public override string Name => "fleet";

    public override string Description =>
        "Has many of the user's machines run the same command, or asks an agent on each the same, all at once. Returns one table: equal answers together, failures, machines that are offline, and those without an answer in time.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "select": {"type": "string", "description": "all, linux, windows, macos, tag:NAME, tag:NAME=VALUE, capability:NAME, or names with commas between.", "default": "all"},
          "command": {"type": "string", "description": "What a shell runs on each."},
          "request": {"type": "string", "description": "In place of a command: what a fresh agent is asked on each."},
          "timeout": {"type": "number", "description": "Seconds that each machine has.", "default": 60},
          "concurrency": {"type": "integer", "description": "Machines that work at one time, 64 at most.", "default": 64}
        }}
        """);

    /// <summary>The hub knows a call by its id.</summary>
    public override Replay Replay => Replay.Safe;

    public override bool MayTakeLong => true;

    public override async Task<string?> ReasonAsync(ToolCall call, CancellationToken abort)
    {
        var seen = Parse(await _hub("fleet.preview", Wanted(call, 0), abort), FleetToolJson.Plain.FleetSeen);
        var what = call.Optional("command") is { Length: > 0 } command ? $"run \"{command}\"" : $"ask \"{call.Optional("request")}\"";
        var where = seen.Nodes.Count == 0 ? "on no machine, as none can be asked now"
            : string.Create(CultureInfo.InvariantCulture, $"on {seen.Nodes.Count} {(seen.Nodes.Count == 1 ? "machine" : "machines")}: {string.Join(", ", seen.Nodes)}");
        return $"fleet would {what} {where}.{(seen.Offline.Count > 0 ? $" Offline: {string.Join(", ", seen.Offline)}." : "")}{(seen.Refused.Count > 0 ? $" Not asked: {string.Join("; ", seen.Refused)}." : "")}";
    }

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var heard = _time.GetTimestamp();
        try
        {
            while (true)
            {
                try
                {
                    var answer = Parse(await _hub("fleet.ask", Wanted(call, HubWaits), abort), FleetToolJson.Plain.FleetAnswer);
                    heard = _time.GetTimestamp();
                    if (answer is { Over: true, Table: { } table })
                    {
                        return ToolResult.FromText(table.GetRawText());
                    }
                }
                catch (HubSilentException) when (_time.GetElapsedTime(heard) < _patience)
                {
                    // The link may be back in a moment; the machines work on.
                }
            }
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            await CancelAsync(call);
            throw;
        }
    }

    private async Task CancelAsync(ToolCall call)
    {
        using var parting = new CancellationTokenSource(_parting, _time);
        try
        {
            await _hub("fleet.cancel", Wanted(call, 0), parting.Token);
        }
        catch (Exception error) when (error is ToolException or OperationCanceledException)
        {
            // The question is in the outbox, and reaches the hub when the link is back.
        }
    }

    private static string Wanted(ToolCall call, double wait)
    {
        if (string.IsNullOrWhiteSpace(call.Optional("command")) == string.IsNullOrWhiteSpace(call.Optional("request")))
        {
            throw new ToolException("fleet needs one of \"command\" and \"request\".");
        }

        var wanted = JsonNode.Parse(call.Arguments.GetRawText())!.AsObject();
        wanted["timeout"] = call.Real("timeout", UsualSeconds, 1, MostSeconds);
        wanted["key"] = call.Id;
        wanted["wait"] = wait;
        return wanted.ToJsonString();
    }

    private static T Parse<T>(string json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new ToolException("The hub answered what this machine does not understand: update the older one of them (muster update).");
        }
    }
}

internal sealed record FleetSeen(IReadOnlyList<string> Nodes, IReadOnlyList<string> Offline, IReadOnlyList<string> Refused);

internal sealed record FleetAnswer(bool Over, JsonElement? Table);
