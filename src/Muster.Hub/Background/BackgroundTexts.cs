using System.Globalization;
using System.Text;
using System.Text.Json;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;

namespace Muster.Hub.Background;

/// <summary>What is said of a background task that is over.</summary>
/// <param name="Notice">For the person.</param>
/// <param name="ForAgent">For the assistant, which is told in words that nobody wrote.</param>
/// <param name="Cut">There is more output than the notice shows.</param>
internal sealed record BackgroundTexts(string Kind, string Level, string Notice, string ForAgent, bool Cut)
{
    /// <summary>Characters of the output that a notice shows.</summary>
    public const int Shown = 800;

    public static BackgroundTexts Of(Id<Job> job, BackgroundPlan plan, AttemptEnd end)
    {
        var id = TaskIds.Of(job, 0).Short;
        var (output, more) = OutputOf(end);
        var (shown, cut) = First(output, Shown);
        cut |= more;
        var (seen, seenCut) = First(more ? output : SpokenOutput.Of(plan, output), Shown);
        var (sign, word, kind, level) = end.Outcome switch
        {
            AttemptOutcome.Succeeded => ("✅", "done", "task_done", "info"),
            AttemptOutcome.Stopped => ("⏹", "stopped", "task_stopped", "info"),
            AttemptOutcome.Lost => ("❌", "interrupted", "task_failed", "warning"),
            _ => ("❌", "failed", "task_failed", "warning"),
        };
        var why = Why(end);
        var head = $"{sign} Task #{id} {word} ({Span(end.Use.WallSeconds)}){(why.Length > 0 ? $": {why}" : "")}";
        var notice = new StringBuilder(head).Append('\n').Append(plan.Line.Trim());
        notice.Append('\n').Append(seen.Length > 0 ? seen : Silence(plan, end)).Append(seenCut || more ? "..." : "");

        var told = new StringBuilder($"[Task #{id}, which you started in the background on this machine, is over: {word} after {Span(end.Use.WallSeconds)}{(why.Length > 0 ? $", {why}" : "")} ")
            .Append("This was written by Muster; the user has seen it too. Say something about it only where that helps.]\n")
            .Append(plan.Line.Trim()).Append('\n')
            .Append(shown.Length == 0 ? "It printed nothing." : $"Its output{(cut ? ", of which this is the beginning" : "")}:\n{shown}");
        return new BackgroundTexts(kind, level, notice.ToString().TrimEnd(), told.ToString(), cut || seenCut);
    }

    /// <summary>That nothing was printed is said of a command that ended; what was stopped or lost may have been about to.</summary>
    private static string Silence(BackgroundPlan plan, AttemptEnd end) =>
        plan.Tool is not ("shell" or "run_background") || end.Outcome is not (AttemptOutcome.Succeeded or AttemptOutcome.Failed) ? ""
        : (plan.Chinese, end.ExitCode != 0 && end.Error.Length > 0) switch
        {
            (true, true) => $"（没有输出，退出码 {end.ExitCode}。）",
            (true, false) => "（没有输出。）",
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"(It printed nothing, and ended with exit code {end.ExitCode}.)"),
            (false, false) => "(It printed nothing.)",
        };

    /// <summary>42s, 3m 5s, 2h 0m.</summary>
    public static string Span(double seconds) => TimeSpan.FromSeconds(Math.Clamp(double.IsFinite(seconds) ? seconds : 0, 0, 1e9)) switch
    {
        { TotalMinutes: < 1 } span => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalSeconds}s"),
        { TotalHours: < 1 } span => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes}m {span.Seconds}s"),
        var span => string.Create(CultureInfo.InvariantCulture, $"{(int)span.TotalHours}h {span.Minutes}m"),
    };

    private static string Why(AttemptEnd end) => end switch
    {
        { Error.Length: > 0 } => end.Error,
        { Outcome: AttemptOutcome.Succeeded or AttemptOutcome.Stopped } => "",
        { Outcome: AttemptOutcome.TimedOut } => "it took longer than it may.",
        _ => string.Create(CultureInfo.InvariantCulture, $"exit code {end.ExitCode}"),
    };

    /// <summary>The beginning of the output as its machine sent it, and whether there is more.</summary>
    private static (string Text, bool More) OutputOf(AttemptEnd end)
    {
        try
        {
            if (end.Result.Length > 0 && JsonSerializer.Deserialize(end.Result.Span, BackgroundJson.Default.OutputHead) is { Output: { } output } head)
            {
                return (output.TrimEnd(), head.Cut);
            }
        }
        catch (JsonException)
        {
            // an older or newer machine says it in another way; the log has it
        }

        return (Encoding.UTF8.GetString(end.LogText.Span).TrimEnd(), false);
    }

    /// <summary>So many characters, as people count them, none of them in half.</summary>
    private static (string Text, bool Cut) First(string text, int most)
    {
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (most-- == 0)
            {
                return (text[..length], true);
            }

            length += rune.Utf16SequenceLength;
        }

        return (text, false);
    }
}
