using System.Text.Json;

namespace Muster.Agents.Tools.Fleet;

/// <summary>
/// Reminders and planned instructions, which live on the hub: it knows the clock that counts and the user's zone, and is there when this
/// machine sleeps. Also under its older name, <c>scheduler</c>, with the same arguments.
/// </summary>
public sealed class ScheduleTool : Tool
{
    private readonly HubCalls _hub;
    private readonly bool _listed;

    public ScheduleTool(HubCalls hub, bool listed) => (_hub, _listed) = (hub, listed);

    public override string Name => _listed ? "schedule" : "scheduler";

    public override bool Listed => _listed;

    public override string Description =>
        "Reminds the user at a time (remind), again and again (repeat), lists what is planned (list), or cancels one (cancel). With an instruction instead of a message you are asked to do that then, with all your tools.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "action": {"type": "string", "enum": ["remind", "repeat", "list", "cancel"]},
          "when": {"type": "string", "description": "In words: in 30 minutes, tomorrow at 9, 2026-12-24 18:30, every 5 minutes, every monday at 9, cron: 0 9 * * 1-5."},
          "message": {"type": "string", "description": "What the user is told."},
          "instruction": {"type": "string", "description": "What you are asked to do then, in place of a message: check if the tests pass."},
          "node": {"type": "string", "description": "Of an instruction: this machine, where it is run."},
          "delay_seconds": {"type": "integer", "description": "In place of when, for remind."},
          "interval_seconds": {"type": "integer", "description": "In place of when, for repeat."},
          "cron": {"type": "string", "description": "In place of when: five fields."},
          "zone": {"type": "string", "description": "IANA time zone of the times; the hub's by default."},
          "max_runs": {"type": "integer", "description": "How often at most, for repeat."},
          "conv_id": {"type": "string", "description": "A coding session that the message is for."},
          "id": {"type": "string", "description": "For cancel: the id that list shows."}
        }, "required": ["action"]}
        """);

    /// <summary>The hub knows a call by its id, so one that is repeated makes nothing twice.</summary>
    public override Replay Replay => Replay.Safe;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort) => call.Required("action") switch
    {
        "remind" or "repeat" => await AddAsync(call, abort),
        "list" => Said(await _hub("schedules.list", "{}", abort)),
        "cancel" => Said(await _hub("schedules.cancel", JsonSerializer.Serialize(new ScheduleName(call.Required("id")), FleetToolJson.Plain.ScheduleName), abort)),
        var action => throw new ToolException($"{Name} has no action \"{action}\". It has remind, repeat, list and cancel."),
    };

    private async Task<ToolResult> AddAsync(ToolCall call, CancellationToken abort)
    {
        var (repeats, when, cron) = (call.Required("action") == "repeat", Text(call, "when"), Text(call, "cron"));
        // Models give both numbers, with 0 for the one that does not count.
        var seconds = Number(call, repeats ? "interval_seconds" : "delay_seconds") is { } number && (number != 0 || (when ?? cron) is null) ? number : (long?)null;
        var wanted = new ScheduleWanted(
            call.Required("action"), Text(call, "message"), Text(call, "instruction"), when, repeats ? null : seconds, repeats ? seconds : null, cron,
            Text(call, "zone"), Text(call, "node"), Text(call, "conv_id"), Number(call, "max_runs") is > 0 and var most ? (int)Math.Min(most, int.MaxValue) : null, call.Id);
        return Said(await _hub("schedules.add", JsonSerializer.Serialize(wanted, FleetToolJson.Plain.ScheduleWanted), abort));
    }

    private static string? Text(ToolCall call, string name) => call.Optional(name) is { } text && text.Trim().Length > 0 ? text : null;

    private static long? Number(ToolCall call, string name) =>
        Arguments.Find(call.Arguments, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? (long)Math.Clamp(number, -1e12, 1e12) : null;

    private static ToolResult Said(string json)
    {
        try
        {
            return ToolResult.FromText(JsonSerializer.Deserialize(json, FleetToolJson.Plain.ScheduleSaid)?.Text ?? throw new JsonException("null"));
        }
        catch (JsonException)
        {
            throw new ToolException("The hub answered what this machine does not understand: update the older one of them (muster update).");
        }
    }
}
