using System.Text.Json;
using Muster.Agents.Messages;
using Muster.Agents.Tools;
using Muster.Node.Tools;

namespace Muster.Node.Background;

/// <summary>How a call in the background ended.</summary>
/// <param name="Outcome">As in <c>AttemptResult</c>.</param>
/// <param name="Error">What its output does not say, for a person; may be empty.</param>
internal sealed record TaskEnd(string Outcome, int ExitCode, string Error)
{
    public static TaskEnd Stopped(string reason) => new("stopped", 130, reason);

    public static TaskEnd Failed(string error) => new("failed", 1, error);

    public static TaskEnd TooLong(TimeSpan limit) => new("timed_out", 124, $"It was ended after {limit.TotalHours:0.##} hours, the longest that a background task may take (background.max_time).");

    /// <summary>A result tells of failure only for commands; other tools fail by throwing.</summary>
    public static TaskEnd Of(ToolResult result)
    {
        if (result.Details is not { ValueKind: JsonValueKind.Object } details || Shell(result) is not { } shell)
        {
            return new TaskEnd("succeeded", 0, "");
        }

        var note = shell.Note ?? "";
        return details.TryGetProperty("timed_out", out var late) && late.ValueKind == JsonValueKind.True ? new TaskEnd("timed_out", shell.ExitCode, note)
            : new TaskEnd(shell.ExitCode == 0 ? "succeeded" : "failed", shell.ExitCode, shell.ExitCode == 0 ? "" : note);
    }

    public static string Text(ToolResult result) => string.Join('\n', result.Content.OfType<TextBlock>().Select(block => block.Text));

    /// <summary>What a person would have seen: of a command what it printed, which may be nothing, and not the result around it.</summary>
    public static string Printed(ToolResult result) =>
        result.Details is { ValueKind: JsonValueKind.Object } && Shell(result) is { } shell ? shell.Stdout + shell.Stderr : Text(result);

    private static ShellResult? Shell(ToolResult result)
    {
        try
        {
            return result.Details!.Value.TryGetProperty("isolation", out _) ? JsonSerializer.Deserialize(Text(result), ToolJson.Plain.ShellResult) : null;
        }
        catch (JsonException)
        {
            return null; // the result of another tool that tells of an isolation too
        }
    }
}
