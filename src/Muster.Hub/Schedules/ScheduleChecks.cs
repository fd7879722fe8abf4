using System.Globalization;
using System.Text;
using Muster.Hub.Schedules.Times;

namespace Muster.Hub.Schedules;

/// <summary>From a wish to a rule that keeps the limits. Pure.</summary>
internal sealed class ScheduleChecks(ScheduleOptions options)
{
    private const int Looked = 10;
    private const int LongestSaid = 80;
    private const int LongestCron = 120;

    /// <summary>What a wish comes to: the rule, how often at most, the text without the time in it, and when it is due first.</summary>
    public sealed record Checked(ScheduleRule Rule, long? MaxRuns, string Text, DateTimeOffset First);

    /// <exception cref="ScheduleMistakeException">It says what cannot be, and what can.</exception>
    public Checked Check(ScheduleWish wish, DateTimeOffset now, TimeZoneInfo zone)
    {
        var (spoken, text) = When(wish with { Text = Storable(wish.Text) }, now, zone);
        var bare = text.Trim() is { Length: > 0 } said ? said
            : wish.IsInstruction ? throw new ScheduleMistakeException("text", "What is the assistant to do then? Say it in a sentence.", "到时候要做什么？请用一句话说明。")
            : wish.Chinese ? "时间到了" : "It is time.";
        if (bare.Length > options.LongestText)
        {
            throw new ScheduleMistakeException("text", $"The text has {bare.Length} characters; {options.LongestText} are the most. Shorten it.", $"文字有 {bare.Length} 个字符，最多 {options.LongestText} 个。请缩短。");
        }

        var runs = wish.MaxRuns ?? spoken.MaxRuns;
        if (runs < 1)
        {
            throw new ScheduleMistakeException("max_runs", "It has to come at least once: max_runs is 1 or more.", "至少要触发一次：max_runs 至少为 1。");
        }

        return new Checked(spoken.Rule, runs, bare, First(spoken.Rule, now));
    }

    private static (Spoken Spoken, string Text) When(ScheduleWish wish, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (new object?[] { wish.When, wish.At, wish.DelaySeconds, wish.EverySeconds, wish.Cron }.Count(said => said is not null) > 1)
        {
            throw new ScheduleMistakeException("when", "Say when in one way only: when, at, every_seconds or cron.", "时间只用一种方式给出：when、at、every_seconds 或 cron。");
        }

        ScheduleRule? rule = wish switch
        {
            { At: { } at } => new ScheduleRule.Once(at.ToUniversalTime()),
            { DelaySeconds: { } delay } => new ScheduleRule.Once(now.AddSeconds(Clamped(delay))),
            { EverySeconds: { } every } => new ScheduleRule.Every(TimeSpan.FromSeconds(Clamped(every))),
            { Cron: { Length: > LongestCron } cron } => throw NoTime(cron),
            { Cron: { } cron } => new ScheduleRule.Cron(cron, zone),
            _ => null,
        };
        if (rule is not null)
        {
            return (new Spoken(rule), wish.Text);
        }

        if (wish.When is { } when)
        {
            return (Parse(when, wish.Repeats, now, zone) ?? throw NoTime(when), wish.Text);
        }

        if (wish.TimeInText)
        {
            var reminder = SpokenReminder.Parse(wish.Text, now, zone);
            return (reminder.When ?? throw NoTime(null), reminder.Message);
        }

        throw NoTime(null);
    }

    private static Spoken? Parse(string when, bool repeats, DateTimeOffset now, TimeZoneInfo zone)
    {
        var spoken = SpokenTime.Parse(when, now, zone);
        return repeats && spoken is not { Rule: not ScheduleRule.Once }
            ? SpokenTime.Parse("every " + when, now, zone) ?? SpokenTime.Parse("every day at " + when, now, zone)
                ?? SpokenTime.Parse("每" + when, now, zone) ?? SpokenTime.Parse("每天" + when, now, zone)
            : spoken;
    }

    private DateTimeOffset First(ScheduleRule rule, DateTimeOffset now)
    {
        switch (rule)
        {
            case ScheduleRule.Once once when once.At <= now:
                throw new ScheduleMistakeException(
                    "when", $"That time is not in the future: it is {Text(now)} now (UTC). Say a later one, such as \"in 10 minutes\" or \"tomorrow at 9\".",
                    $"这个时间不在将来：现在是 {Text(now)}（UTC）。请说一个更晚的时间，例如“10分钟后”或“明天9点”。");
            case ScheduleRule.Every every when every.Interval < options.ShortestInterval:
                throw TooOften();
        }

        var first = rule is ScheduleRule.Every { Interval: var interval } && interval > options.Longest ? DateTimeOffset.MaxValue : rule.First(now) ?? throw new ScheduleMistakeException(
            "cron", "These times never come: look at the day and the month.", "这样的时间永远不会到来：请检查日期和月份。");
        if (first - now > options.Longest)
        {
            throw new ScheduleMistakeException(
                "when", $"That is more than {Years} years away; nothing is kept that long. Say an earlier time.", $"那是 {Years} 年以后，不会保存那么久。请说一个更早的时间。");
        }

        if (rule is ScheduleRule.Cron && options.ShortestInterval > TimeSpan.FromMinutes(1))
        {
            var at = first;
            for (var looked = 0; looked < Looked && rule.First(at) is { } next; looked++, at = next)
            {
                if (next - at < options.ShortestInterval)
                {
                    throw TooOften();
                }
            }
        }

        return first;
    }

    /// <summary>Lone surrogates and NUL are no text to a database.</summary>
    private static string Storable(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal);

    private int Years => (int)(options.Longest.TotalDays / 365);

    private ScheduleMistakeException TooOften()
    {
        var least = Spans.Text((long)options.ShortestInterval.TotalSeconds);
        return new ScheduleMistakeException(
            "when", $"That is too often: between two times there are at least {least} (schedules.shortest_interval).", $"太频繁了：两次之间至少 {least}（schedules.shortest_interval）。");
    }

    private static ScheduleMistakeException NoTime(string? said) => said is null
        ? new("when", "When? Say it, for example: 10m, in 2 hours, tomorrow at 9, every monday at 9, 2026-12-24 18:30, cron: 0 9 * * 1-5.", "什么时候？例如：10m、两小时后、明天9点、每周一9点、2026-12-24 18:30、cron: 0 9 * * 1-5。")
        : said.Length > LongestSaid + 1 ? NoTime(said[..LongestSaid] + "…")
        : new("when", $"\"{said}\" is no time that is understood here. Say, for example: 10m, in 2 hours, tomorrow at 9, every monday at 9, 2026-12-24 18:30, cron: 0 9 * * 1-5.", $"“{said}”不是能听懂的时间。例如：10m、两小时后、明天9点、每周一9点、2026-12-24 18:30、cron: 0 9 * * 1-5。");

    // A hundred years: refused by the limit, and no number to overflow with.
    private static long Clamped(long seconds) => Math.Clamp(seconds, -3_153_600_000, 3_153_600_000);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
