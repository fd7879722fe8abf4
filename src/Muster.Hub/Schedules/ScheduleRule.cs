using System.Globalization;
using Muster.Hub.Schedules.Times;
using Quartz;

namespace Muster.Hub.Schedules;

/// <summary>When a schedule is due. Pure: the time of the question comes in with it.</summary>
internal abstract record ScheduleRule
{
    public abstract string Word { get; }

    /// <summary>The first time after the moment at which it was made; null where there is none.</summary>
    public abstract DateTimeOffset? First(DateTimeOffset now);

    /// <summary>The time that follows one that was due, however late that was told: never before <paramref name="now"/>, so that nothing comes in a burst.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset due, DateTimeOffset now);

    public sealed record Once(DateTimeOffset At) : ScheduleRule
    {
        public override string Word => "once";

        public override DateTimeOffset? First(DateTimeOffset now) => At;

        public override DateTimeOffset? Next(DateTimeOffset due, DateTimeOffset now) => null;
    }

    public sealed record Every(TimeSpan Interval) : ScheduleRule
    {
        public override string Word => "every";

        public override DateTimeOffset? First(DateTimeOffset now) => now + Interval;

        public override DateTimeOffset? Next(DateTimeOffset due, DateTimeOffset now) =>
            due + (Interval * (now < due ? 1 : ((now - due).Ticks / Interval.Ticks) + 1));
    }

    /// <summary>
    /// The five fields of a crontab in a time zone. A time that the clocks jump over comes at the end of the jump; one that comes twice
    /// counts the first time.
    /// </summary>
    public sealed record Cron(string Text, TimeZoneInfo Zone) : ScheduleRule
    {
        private readonly CronExpression _expression = Read(Text).WithTimeZone(Zone);

        public override string Word => "cron";

        public override DateTimeOffset? First(DateTimeOffset now) => _expression.GetNextValidTimeAfter(now)?.ToUniversalTime();

        public override DateTimeOffset? Next(DateTimeOffset due, DateTimeOffset now) => First(now < due ? due : now);

        private static CronExpression Read(string text)
        {
            try
            {
                return CronExpression.Parse(text, CronFormat.Unix);
            }
            catch (FormatException error)
            {
                throw new ScheduleMistakeException(
                    "cron",
                    $"\"{text}\" is no cron expression of five fields (minute, hour, day of the month, month, day of the week): {error.Message} For example: 0 9 * * 1-5",
                    $"“{text}”不是五段的 cron 表达式（分 时 日 月 周）：{error.Message} 例如：0 9 * * 1-5");
            }
        }
    }

    /// <summary>As stored.</summary>
    /// <exception cref="ScheduleMistakeException">It cannot be read any more, as its time zone is gone from this machine.</exception>
    public static ScheduleRule Of(ScheduleRow row) => row.Rule switch
    {
        "every" => new Every(TimeSpan.FromSeconds(row.EverySeconds ?? 1)),
        "cron" => new Cron(row.Cron ?? "", Zones.Find(row.Zone)),
        _ => new Once(DateTimeOffset.FromUnixTimeMilliseconds(row.NextAt ?? 0)),
    };

    /// <summary>In words, for lists.</summary>
    public static string Describe(string rule, long? everySeconds, string? cron, bool chinese) => rule switch
    {
        "every" => chinese ? $"每 {Spans.Text(everySeconds ?? 0)}" : $"every {Spans.Text(everySeconds ?? 0)}",
        "cron" => $"cron {cron}",
        _ => chinese ? "一次" : "once",
    };
}

internal static class Spans
{
    /// <summary>The largest units first: 1h30m, 45s.</summary>
    public static string Text(long seconds)
    {
        var span = TimeSpan.FromSeconds(seconds);
        var parts = new[] { (span.Days, "d"), (span.Hours, "h"), (span.Minutes, "m"), (span.Seconds, "s") }.Where(part => part.Item1 > 0);
        return string.Concat(parts.Select(part => part.Item1.ToString(CultureInfo.InvariantCulture) + part.Item2)) is { Length: > 0 } text ? text : "0s";
    }
}
