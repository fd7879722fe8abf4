using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>A time and what is to be told then, in one sentence: <c>10m deploy check</c>, <c>remind me to call Bob tomorrow at 9</c>, <c>明天9点提醒我开会</c>.</summary>
/// <param name="When">Null where no time is in it.</param>
internal sealed partial record SpokenReminder(Spoken? When, string Message)
{
    private const int LongestTime = 80;
    private const string Unit = "(?:seconds?|minutes?|hours?|days?|weeks?|fortnights?|months?|years?|mornings?|afternoons?|evenings?|nights?|weekdays?|weekends?|(?:sun|mon|tues|wednes|thurs|fri|satur)days?)";
    private const string ChineseUnit = "(?:秒|分钟|小时|天|日|周|星期|礼拜|月|年)";

    private static readonly char[] _between = [' ', '\t', '\n', ',', '，', ':', '：'];

    /// <exception cref="ScheduleMistakeException">The time in it cannot be.</exception>
    public static SpokenReminder Parse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var asked = Request.Replace(text.Trim(), "").Trim();
        if (CronFirst.Match(asked) is { Success: true } cron)
        {
            return new SpokenReminder(SpokenTime.Parse(cron.Groups["when"].Value, now, zone), Bare(cron.Groups["rest"].Value));
        }

        // The longest beginning that is a time, so that "1h 30m" is not cut in the middle; then the longest end.
        foreach (var cut in Cuts(asked).Where(cut => cut <= LongestTime).OrderDescending())
        {
            if (SpokenTime.Parse(asked[..cut], now, zone) is { } when)
            {
                return Whole(asked[..cut], when, asked[cut..], now, zone);
            }
        }

        foreach (var cut in Cuts(asked).Where(cut => asked.Length - cut <= LongestTime).Order())
        {
            if (SpokenTime.Parse(asked[cut..], now, zone) is { } when)
            {
                return (when.Rule is ScheduleRule.Once && RepeatLast.IsMatch(asked[..cut].TrimEnd(_between))) || LeftoverLast.IsMatch(asked[..cut].TrimEnd(_between)) ? throw Unclear(asked) : new SpokenReminder(when, Bare(asked[..cut]));
            }
        }

        return new SpokenReminder(null, Bare(asked));
    }

    /// <summary>
    /// A time at the beginning, with what else of it stands behind: "every day stretch at 9" is at nine. What cannot be meant together is
    /// refused, as half of it would be a reminder at another time.
    /// </summary>
    private static SpokenReminder Whole(string said, Spoken when, string rest, DateTimeOffset now, TimeZoneInfo zone)
    {
        var message = rest.TrimStart(_between);
        if (Leftover.IsMatch(message))
        {
            throw Unclear(said + rest);
        }

        if (when.Rule is ScheduleRule.Once)
        {
            return RepeatFirst.IsMatch(message) ? throw Unclear(said + rest) : new SpokenReminder(when, Bare(rest));
        }

        if (ClockLast.Match(rest) is { Success: true } last && SpokenTime.Parse(last.Groups["clock"].Value, now, zone) is { Rule: ScheduleRule.Once })
        {
            if (SpokenTime.Parse($"{said} {last.Groups["clock"].Value}", now, zone) is { } both)
            {
                return new SpokenReminder(both, Bare(last.Groups["before"].Value));
            }

            if (when.Rule is ScheduleRule.Every)
            {
                throw Unclear(said + rest);
            }
        }

        var beside = Cuts(message).Any(cut => cut is > 0 and <= LongestTime && SpokenTime.Parse(message[..cut], now, zone) is { Rule: ScheduleRule.Once });
        return beside && when.Rule is ScheduleRule.Every ? throw Unclear(said + rest) : CountedAtItsEnd(when, rest);
    }

    private static ScheduleMistakeException Unclear(string text) => new(
        "when",
        $"When that is, is only half understood: \"{text}\". Say for example: tomorrow at 9, 2026-12-24 18:30, every day at 9, every monday at 9, every 2 days (counted from now), or a cron expression such as cron: 0 9 * * 1-5.",
        $"“{text}”里的时间只看懂了一半。例如：明天9点、2026-12-24 18:30、每天9点、每周一9点、每2天（从现在起算），或 cron 表达式，如 cron: 0 9 * * 1-5。");

    /// <summary>"every monday at 9 stretch, 3 times": with a comma before it, or "at most", so that "do it 3 times" stays the message.</summary>
    private static SpokenReminder CountedAtItsEnd(Spoken when, string message) =>
        when is { Rule: not ScheduleRule.Once, MaxRuns: null } && SpokenTime.Counted(message) is { } counted && CountLast.IsMatch(message[counted.Before.Length..])
            ? new SpokenReminder(when with { MaxRuns = counted.Most }, Bare(counted.Before))
            : new SpokenReminder(when, Bare(message));

    /// <summary>Where a time may begin or end: between words, and anywhere beside Chinese letters.</summary>
    private static IEnumerable<int> Cuts(string text) => Enumerable.Range(0, text.Length + 1).Where(at =>
        at == 0 || at == text.Length || char.IsWhiteSpace(text[at]) || char.IsWhiteSpace(text[at - 1]) || IsWide(text[at]) || IsWide(text[at - 1]) || text[at] is ',' or ':' or ';');

    private static bool IsWide(char letter) => letter >= '\u2e80';

    private static string Bare(string text)
    {
        var bare = Request.Replace(Edges.Replace(text, ""), "");
        bare = Opening.Replace(Edges.Replace(bare, ""), "");
        return Noun.Replace(Edges.Replace(bare, ""), "");
    }

    [GeneratedRegex(
        @"^(?:please )?(?:(?:can|could|would) you )?(?:please )?(?:(?:remind|notify|alert|ping|wake) me(?: up)?|(?:set|create|add|make) (?:me )?(?:a |an )?(?:timer|reminder|alarm)(?: (?:for|in|at|on))?)(?= |,|:|$)|^(?:请|麻烦)?(?:(?:提醒|通知)(?:我|一下)?|叫醒?我|(?:设置|设定|设|定|创建|添加)(?:一个|个)?(?=.*(?:提醒|闹钟|定时器)))",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Request { get; }

    // Five fields, with or without words behind them: a mistake in them is to be told, not read as words.
    [GeneratedRegex(@"^(?<when>cron ?[:：]? ?\S+(?:\s+\S+){0,4})(?<rest>.*)$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant, 200)]
    private static partial Regex CronFirst { get; }

    // What stands behind a time and belongs to it: "two days" before christmas, "in an hour" and 5 minutes.
    [GeneratedRegex(
        @"^(?:(?:before|after|past|from|until|till) (?:\d+|noon|midday|midnight|lunch|dinner|breakfast|work|school|sunrise|sunset|christmas|easter|new year|today|tonight|tomorrow|next|the (?:day|week|month|year|end)|(?:sun|mon|tues|wednes|thurs|fri|satur)day)\b|week (?:at|on)\b|and (?:at )?\d|and (?:an?|half|one|two|three|five|ten|thirty) (?:an? )?(?:hour|minute|day|week|month|half|quarter)|(?:at|to) \d|at night\b|in the (?:morning|afternoon|evening)\b)"
        + @"|^(?:半(?!夜)|[零又差过][\d一二三四五六七八九十两]|[和、][\d一二三四五六七八九十两]+点|(?:凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜)?[\d一二三四五六七八九十两]{1,3}[点點])",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Leftover { get; }

    [GeneratedRegex(@"\b(?:before|after|past|until|till)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex LeftoverLast { get; }

    [GeneratedRegex(@"(?:^|\s)(?:every|each) (?:[\w-]+ ){0,2}" + Unit + "$|每(?:隔|个)?[^，。 ]{0,4}" + ChineseUnit + "$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex RepeatLast { get; }

    [GeneratedRegex(@"^(?:every|each) (?:[\w-]+ ){0,2}" + Unit + @"\b|^每(?:隔|个)?[^，。 ]{0,4}?" + ChineseUnit, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex RepeatFirst { get; }

    [GeneratedRegex(@"^(?<before>.*?)\s+(?<clock>at .{1,30})$", RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.RightToLeft | RegexOptions.CultureInvariant, 200)]
    private static partial Regex ClockLast { get; }

    [GeneratedRegex(@"^\s*(?:[,，]|at most|最多|一共|共)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex CountLast { get; }

    [GeneratedRegex("^[\\s,，:：;；\"“”]+|[\\s,，:：;；\"“”]+$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Edges { get; }

    [GeneratedRegex("^(?:to|that|about|of) ", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Opening { get; }

    [GeneratedRegex("^的?(?:提醒|闹钟|定时器)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Noun { get; }
}
