using System.CommandLine;
using Muster.Cli.Conversations;
using Muster.Cli.Terminal;
using Muster.Client.Schedules;
using Muster.Hub.Schedules.Times;

namespace Muster.Cli.Schedules;

internal static class ScheduleCommands
{
    public static Command Create(CommandHost host) => new("schedule", "Reminders, and what the assistant is asked at a time.")
    {
        new ScheduleAddCommand(host),
        new ScheduleListCommand(host),
        new ScheduleShowCommand(host),
        ScheduleChangeCommand.Pause(host),
        ScheduleChangeCommand.Resume(host),
        ScheduleChangeCommand.Remove(host),
    };

    public static Argument<string> Id() => new Argument<string>("ID") { Description = "The schedule, or the 6 characters that muster schedule list shows" }.NotEmpty();

    public static string Short(string id) => ConversationCommands.Short(id);

    public static string Rule(ScheduleInfo schedule) => schedule.Rule switch
    {
        "every" => $"every {When.Span(TimeSpan.FromSeconds(schedule.EverySeconds ?? 0))}",
        "cron" => $"{CronWords.Of(schedule.Cron, chinese: false) ?? "cron " + schedule.Cron} ({schedule.Zone})",
        _ => "once",
    };

    /// <summary>The text; an instruction behind an arrow, with the coding session that it is for.</summary>
    public static string What(ScheduleInfo schedule) =>
        (schedule.Kind == "instruction" ? "→ " : "") + (schedule.Session is { } session ? $"{session}: " : "") + schedule.Text;

    public static string Next(ScheduleInfo schedule) => schedule.State == "active" && schedule.NextAt is { } at ? Time(at) : schedule.State;

    public static string Last(ScheduleInfo schedule) =>
        schedule.LastAt is { } at ? $"{Time(at)}, {schedule.LastOutcome}" : "";

    public static string Delivered(ScheduleInfo schedule) => schedule.Delivered switch
    {
        true => "yes",
        false => "no",
        _ => "",
    };

    public static string Time(DateTimeOffset at) => $"{at.ToLocalTime():yyyy-MM-dd HH:mm:ss}";
}
