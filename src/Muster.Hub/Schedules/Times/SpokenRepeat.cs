using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>Days that come again, in words, as the five fields of cron: <c>every monday at 9</c>, <c>每天 8:00</c>.</summary>
internal static partial class SpokenRepeat
{
    private const string UsualHour = "9";

    /// <param name="text">Lower case, trimmed.</param>
    public static string? Cron(string text)
    {
        if (ClockFirst.Match(text) is { Success: true } turned)
        {
            return Cron($"{turned.Groups["days"].Value} {turned.Groups["clock"].Value}");
        }

        if (Monthly.Match(text) is { Success: true } month && Numerals.Read(month.Groups["d"].Value) is >= 1 and <= 31 and var date)
        {
            return Fields(month, date.ToString(CultureInfo.InvariantCulture), "*");
        }

        return Daily.Match(text) is { Success: true } daily && Days(daily) is { } days ? Fields(daily, "*", days)
            : Weekly.Match(text) is { Success: true } weekly ? Fields(weekly, "*", Listed(weekly))
            : ChineseWeekly.Match(text) is { Success: true } chinese ? Fields(chinese, "*", ListedIdeographs(chinese))
            : null;
    }

    private static string? Fields(Match match, string date, string days)
    {
        return SpokenClock.Parse(Clocked(match.Groups["part"].Value, match.Groups["clock"].Value.Trim())) is { } clock && (clock.Time.Days == 0 || (date, days) is ("*", "*"))
            ? string.Create(CultureInfo.InvariantCulture, $"{clock.Time.Minutes} {clock.Time.Hours} {date} * {days}")
            : null;
    }

    private static string Clocked(string part, string said) => part switch
    {
        "" => said.Length == 0 ? UsualHour : said,
        "早" or "晚" => part + "上" + said,
        [>= 'a' and <= 'z', ..] => said.Length == 0 ? part : $"{part} at {said}",
        _ => part + said,
    };

    private static string? Days(Match match) => match.Groups["day"].Value switch
    {
        "weekday" or "weekdays" or "workday" or "工作日" => "1-5",
        "weekend" or "周末" => "0,6",
        // Without a time of the day it is a length of time: every 24 hours from now.
        var day => day is "daily" or "" || match.Groups["clock"].Value.Trim().Length > 0 ? "*" : null,
    };

    private static string Listed(Match match) => Joined(match.Groups["name"].Captures.Select(name => SpokenDay.DayNamed(name.Value)!.Value));

    private static string ListedIdeographs(Match match)
    {
        var days = match.Groups["name"].Captures.Select(name => SpokenDay.DayNamed(name.Value[0])).ToList();
        if (!match.Groups["to"].Success || days.Count != 2)
        {
            return Joined(days);
        }

        var length = (days[1] - days[0] + 7) % 7;
        return Joined(Enumerable.Range(0, length + 1).Select(ahead => (DayOfWeek)(((int)days[0] + ahead) % 7)));
    }

    private static string Joined(IEnumerable<DayOfWeek> days) =>
        string.Join(',', days.Distinct().Order().Select(day => ((int)day).ToString(CultureInfo.InvariantCulture)));

    private const string Clock = "(?:,? ?(?:at )?(?<clock>.+))?$";

    [GeneratedRegex("^(?:(?:every|each) (?:(?<day>day|weekdays?|workday|weekend)|(?<part>morning|afternoon|evening|night))|on (?<day>weekdays)|(?<day>daily)|(?:每个?)?(?<day>工作日)|每个?(?<day>周末)|(?<day>每天|每日|天天)|每个?(?<part>早上|早晨|上午|中午|下午|傍晚|晚上)|每(?<part>早|晚))的?" + Clock, RegexOptions.CultureInvariant, 200)]
    private static partial Regex Daily { get; }

    [GeneratedRegex("^(?:(?:every|each) (?:week on )?|on (?=(?:sun|mon|tues|wednes|thurs|fri|satur)days))(?:(?<name>" + SpokenDay.Weekday + ")s?(?:, and |, | and |(?=$| at | in the | \\d| (?:morning|afternoon|evening|night))))+(?<=\\w)(?: (?:at )?(?<clock>.+))?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Weekly { get; }

    [GeneratedRegex("^每个?(?:周|星期|礼拜)(?<name>[一二三四五六日天])(?:(?:[、,，和及]|(?<to>[到至]))?(?:周|星期|礼拜)?(?<name>[一二三四五六日天])(?!点))*的? ?(?<clock>.*)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex ChineseWeekly { get; }

    [GeneratedRegex("^(?<clock>(?:at|in the) .+?) (?<days>(?:every|each|on) .+|daily)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex ClockFirst { get; }

    [GeneratedRegex("^(?:every month on (?:the )?(?<d>\\d{1,2})(?:st|nd|rd|th)?(?: (?:at )?(?<clock>.+))?|每个?月(?<d>\\d{1,2}|[一二三四五六七八九十]{1,3})[日号]的? ?(?<clock>.*))$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Monthly { get; }
}
