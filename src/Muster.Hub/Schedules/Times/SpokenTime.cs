using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>When something is to happen, and how often at most.</summary>
internal sealed record Spoken(ScheduleRule Rule, int? MaxRuns = null);

/// <summary>
/// Times in words, in English and Chinese. The whole text has to be one: nothing in it is skipped. What lies in the past is read all the
/// same, so that whoever asks can be told.
/// </summary>
internal static partial class SpokenTime
{
    private const int Longest = 120;

    /// <returns>Null where the text is no time.</returns>
    /// <exception cref="ScheduleMistakeException">It is one that cannot be, such as a cron expression with a mistake.</exception>
    public static Spoken? Parse(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var plain = Spaces.Replace(text.Trim(), " ").TrimEnd('.', '。', '!', '！').ToLowerInvariant();
        if (plain.Length is 0 or > Longest)
        {
            return null;
        }

        if (Counted(plain) is { } times && Repeat(times.Before.TrimEnd(' ', ',', '，'), zone) is { } counted)
        {
            return new Spoken(counted, times.Most);
        }

        return Repeat(plain, zone) is { } repeat ? new Spoken(repeat)
            : Once(plain, now, zone) is { } at ? new Spoken(new ScheduleRule.Once(at))
            : null;
    }

    /// <summary>How often at most, as it stands at the end: <c>…, 3 times</c>, <c>…最多三次</c>; and what is before it.</summary>
    public static (string Before, int Most)? Counted(string text) => Times.Match(text) is not { Success: true } times ? null
        : times.Groups["twice"].Success ? (times.Groups["when"].Value, 2)
        : Numerals.Read(times.Groups["n"].Value.ToLowerInvariant()) is { } most && double.IsInteger(most) ? (times.Groups["when"].Value, (int)most)
        : null;

    private static ScheduleRule? Repeat(string text, TimeZoneInfo zone)
    {
        if (CronText.Match(text) is { Success: true } cron)
        {
            return new ScheduleRule.Cron(cron.Groups["cron"].Value.Trim().ToUpperInvariant(), zone);
        }

        return Interval(text) is { } found ? new ScheduleRule.Every(found) : SpokenRepeat.Cron(text) is { } fields ? new ScheduleRule.Cron(fields, zone) : null;
    }

    private static TimeSpan? Interval(string text)
    {
        if (EveryOther.Match(text) is { Success: true } other)
        {
            return other.Groups["week"].Success ? TimeSpan.FromDays(14)
                : other.Groups["unit"].Success ? 2 * SpokenSpan.One(other.Groups["unit"].Value)
                : TimeSpan.FromDays(2);
        }

        return text == "hourly" ? TimeSpan.FromHours(1)
            : EverySpan.Match(text) is not { Success: true } every ? null
            : SpokenSpan.One(every.Groups["span"].Value) ?? WithoutMonths(SpokenSpan.Parse(every.Groups["span"].Value) ?? SpokenSpan.Parse("a " + every.Groups["span"].Value) ?? SpokenSpan.Parse("一" + every.Groups["span"].Value));
    }

    private static TimeSpan? WithoutMonths(SpokenSpan? span) => span switch
    {
        null => null,
        { Months: > 0 } => throw new ScheduleMistakeException(
            "when", "Months are not all as long: say \"every month on the 1st at 9\", or give a cron expression.", "每个月长短不一：请说“每月1号9点”，或给出 cron 表达式。"),
        _ => span.Time,
    };

    private static DateTimeOffset? Once(string text, DateTimeOffset now, TimeZoneInfo zone)
    {
        var span = Later.Match(text) is { Success: true } later ? SpokenSpan.Parse(later.Groups["span"].Value.Trim()) : null;
        if (span is not null)
        {
            // Months are of the calendar that hangs on the wall; everything shorter is as long as it says.
            return span.Months == 0 ? now + span.Time : Zones.Instant(TimeZoneInfo.ConvertTime(now, zone).DateTime.AddMonths(span.Months), zone) + span.Time;
        }

        if (DaysAhead.Match(text) is { Success: true } ahead && SpokenSpan.Parse(ahead.Groups["span"].Value) is { Months: 0 } days && SpokenClock.Parse(ahead.Groups["clock"].Value.Trim()) is { } then)
        {
            return Zones.Instant(TimeZoneInfo.ConvertTime(now, zone).DateTime.Date + days.Time + then.Time, zone);
        }

        if (Iso.Match(text) is { Success: true } iso)
        {
            return OfIso(iso, zone);
        }

        var wall = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        if (DayFirst.Match(text) is { Success: true } first && At(first, wall) is { } moment)
        {
            return Zones.Instant(moment, zone);
        }

        return DayLast.Match(text) is { Success: true } last && At(last, wall) is { } other ? Zones.Instant(other, zone) : null;
    }

    private static DateTime? At(Match match, DateTime wall)
    {
        var day = match.Groups["day"].Value;
        var said = match.Groups["clock"].Value.Trim();
        if (said.Length == 0)
        {
            return day.Length > 0 && SpokenDay.UsualTime(day) is { } usual ? SpokenDay.Date(day, wall.Date, wall.TimeOfDay >= usual) + usual : null;
        }

        if (SpokenClock.Parse(said, SpokenDay.IsEvening(day)) is not { } clock || (clock.Plain && day.Length == 0 && !match.Groups["at"].Success))
        {
            return null;
        }

        if (day.Length > 0)
        {
            return SpokenDay.Date(day, wall.Date, wall.TimeOfDay >= clock.Time) + clock.Time;
        }

        return wall.Date + clock.Time + (wall.TimeOfDay >= clock.Time ? TimeSpan.FromDays(1) : TimeSpan.Zero);
    }

    private static DateTimeOffset? OfIso(Match match, TimeZoneInfo zone)
    {
        var text = match.Groups["time"].Value.ToUpperInvariant();
        if (match.Groups["offset"].Success)
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact) ? exact.ToUniversalTime() : null;
        }

        return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var wall) && wall.Year is > 1 and < 9000 ? Zones.Instant(wall, zone) : null;
    }

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Spaces { get; }

    [GeneratedRegex(
        $@"^(?<when>.+?)(?:[,，]? ?(?:for |at most )?(?:(?<n>\d{{1,7}}) ?x|(?<![\w.])(?:(?<n>{Numerals.English}) ?times|(?<twice>twice)))|[,，]? ?(?:一共|共|最多)?(?<n>{Numerals.Chinese}) ?[次遍])$",
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.CultureInvariant, 200)]
    private static partial Regex Times { get; }

    [GeneratedRegex(@"^cron ?[:：]? ?(?<cron>[^:：].*)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex CronText { get; }

    [GeneratedRegex(@"^(?:(?:every|each) (?:other|second) (?<unit>minute|hour|day|week)|每?隔一?(?:[天日]|(?<week>个?(?:周|星期|礼拜))))$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex EveryOther { get; }

    [GeneratedRegex(@"^(?:(?:every|each) |每(?:隔|过)? ?个?)(?<span>.+)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex EverySpan { get; }

    [GeneratedRegex(@"^(?:in |after |过|在)?(?<span>.+?)(?: from now| later|钟?(?:之后|以后|后))?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Later { get; }

    [GeneratedRegex($@"^(?:in )?(?<span>(?:{Numerals.English}) (?:days?|weeks?))(?: from now| later)?,? (?:at )?(?<clock>.+)$|^(?<span>(?:{Numerals.Chinese})个?(?:天|周|星期|礼拜))(?:之后|以后|后)的?(?<clock>.+)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex DaysAhead { get; }

    [GeneratedRegex(@"^(?:on |at )?(?<time>\d{4}-\d{2}-\d{2}(?:t| )\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)? ?(?<offset>z|[+-]\d{2}:?\d{2})?)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Iso { get; }

    [GeneratedRegex(@"^(?:在|于)?(?:(?<day>" + SpokenDay.Pattern + @"),?的? ?)?(?<at>at )?(?<clock>.*)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex DayFirst { get; }

    [GeneratedRegex(@"^(?<at>at )?(?<clock>.+?) (?<day>" + SpokenDay.Pattern + @")$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex DayLast { get; }
}
