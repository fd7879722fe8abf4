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
            if (CronFields.Mistake(text) is { } mistake)
            {
                throw Refused(text, mistake);
            }

            try
            {
                return CronExpression.Parse(text, CronFormat.Unix);
            }
            catch (FormatException error)
            {
                throw Refused(text, error.Message);
            }
        }

        private static ScheduleMistakeException Refused(string text, string why) => new(
            "cron",
            $"\"{text}\" is no cron expression of five fields (minute, hour, day of the month, month, day of the week): {why} For example: 0 9 * * 1-5",
            $"“{text}”不是五段的 cron 表达式（分 时 日 月 周）：{why} 例如：0 9 * * 1-5");
    }

    /// <summary>As stored.</summary>
    /// <exception cref="ScheduleMistakeException">It cannot be read any more, as its time zone is gone from this machine.</exception>
    public static ScheduleRule Of(ScheduleRow row) => row.Rule switch
    {
        "every" => new Every(TimeSpan.FromSeconds(row.EverySeconds ?? 1)),
        "cron" => new Cron(row.Cron ?? "", Zones.Find(row.Zone)),
        _ => new Once(DateTimeOffset.FromUnixTimeMilliseconds(row.NextAt ?? 0)),
    };

    /// <summary>When a stored one comes next, counted from now; null where that cannot be told, which its next time brings to light.</summary>
    public static DateTimeOffset? First(ScheduleRow row, DateTimeOffset now) => row.Rule == "cron" && Zones.TryFind(row.Zone) is null ? null : Of(row).First(now);

    /// <summary>In words, for lists.</summary>
    public static string Describe(string rule, long? everySeconds, string? cron, bool chinese) => rule switch
    {
        "every" => chinese ? $"每 {Spans.Text(everySeconds ?? 0)}" : $"every {Spans.Text(everySeconds ?? 0)}",
        "cron" => CronWords.Of(cron, chinese) ?? $"cron {cron}",
        _ => chinese ? "一次" : "once",
    };
}
