using System.Globalization;
using System.Text.Json;
using Muster.Agents.Tools;
using Muster.Node.Tools;
using Muster.Protocol.Ids;

namespace Muster.Node.Background;

/// <summary>How background tasks stand: those of this machine from here, others and tasks of jobs from the hub. Only the user's own.</summary>
internal sealed class TaskStatusTool(RunBackground run, HubCalls hub) : Tool
{
    private const int MostListed = 20;
    private const int MostSearched = 1_000;

    public override string Name => "task_status";

    public override string Description =>
        "Shows how a background task stands (state, elapsed time, newest output); without an id the newest tasks of this conversation. It does not wait.";

    public override JsonElement Parameters { get; } = Arguments.Schema("""
        {"type": "object", "properties": {
          "id": {"type": "string", "description": "The task's id, such as 3kx9qa, with or without #."},
          "output": {"type": "boolean", "description": "With the newest output.", "default": true}
        }}
        """);

    public override Replay Replay => Replay.Safe;

    public override OutputCap Cap => OutputCap.Tail;

    public override async Task<ToolResult> ExecuteAsync(ToolCall call, CancellationToken abort)
    {
        var wanted = (call.Optional("id") ?? "").Trim().TrimStart('#').ToLowerInvariant();
        var output = Arguments.Find(call.Arguments, "output") is not { ValueKind: JsonValueKind.False };
        var (user, conversation) = (run.Forward.UserId, run.Forward.ConversationId);
        if (wanted.Length == 0)
        {
            var all = await run.Tasks.Kit.Database.ReadAsync(tx => BackgroundStore.Of(tx, user, conversation, MostListed), abort);
            return Said([.. all.Select(row => View(row, output: false))]);
        }

        var own = await run.Tasks.Kit.Database.ReadAsync(tx => BackgroundStore.Of(tx, user, null, MostSearched), abort);
        return own.Where(row => IsMeant(row, wanted)).ToList() switch
        {
            [var one] => Said([View(one, output)]),
            [] => ToolResult.FromText(await hub("background.show", JsonSerializer.Serialize(new TaskName(wanted), ToolJson.Plain.TaskName), abort)),
            _ => throw new ToolException($"\"{wanted}\" begins more than one task: give more of its id."),
        };
    }

    private static bool IsMeant(BackgroundRow row, string wanted) =>
        wanted == row.Short || wanted == row.JobId || wanted == TaskIds.Of(Id<Job>.Parse(row.JobId), 0).ToString() || (wanted.Length >= 3 && row.Short.StartsWith(wanted, StringComparison.Ordinal));

    private TaskView View(BackgroundRow row, bool output)
    {
        var elapsed = row.Elapsed(run.Tasks.Kit.Time.GetUtcNow());
        return new TaskView(
            row.Short, row.State == BackgroundRow.Running ? "running" : row.Outcome is "lost" ? "interrupted" : row.Outcome, Spoken(elapsed), row.Tool, row.Line,
            DateTimeOffset.FromUnixTimeMilliseconds(row.StartedAt), row.State == BackgroundRow.Running ? null : row.ExitCode, row.Error.Length == 0 ? null : row.Error,
            output ? run.Tasks.Newest(row) ?? "" : null);
    }

    private static string Spoken(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds}s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}m {span.Seconds}s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}h {span.Minutes}m"),
    };

    private static ToolResult Said(IReadOnlyList<TaskView> tasks) => ToolResult.FromText(JsonSerializer.Serialize(new TaskViews(tasks), ToolJson.Plain.TaskViews));
}

internal sealed record TaskName(string Id);

/// <param name="Output">The newest of what it printed; null where that was not asked for.</param>
internal sealed record TaskView(
    string Id, string State, string Elapsed, string Tool, string Line, DateTimeOffset StartedAt, int? ExitCode, string? Error, string? Output);

internal sealed record TaskViews(IReadOnlyList<TaskView> Tasks);
