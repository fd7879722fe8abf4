using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>Days in words: <c>tomorrow</c>, <c>on friday</c>, <c>2026-12-24</c>, <c>下周一</c>.</summary>
internal static partial class SpokenDay
{
    private static readonly string[] _weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public const string Weekday = "sun(?:day)?|mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?";

    public const string Pattern =
        @"today|tonight|tomorrow(?: night| evening| morning| afternoon)?|the day after tomorrow|(?:on |next |this )?(?:" + Weekday + @")|(?:on )?\d{4}-\d{2}-\d{2}"
        + "|今天|今日|今晚|明天|明日|明早|明晚|后天|大后天|(?:这|本|下)?个?(?:周|星期|礼拜)[一二三四五六日天]|(?:\\d{4}年)?\\d{1,2}月\\d{1,2}[日号]";

    /// <summary>The hour that is meant where none is said; null where one has to be.</summary>
    public static TimeSpan? UsualTime(string day) => day switch
    {
        "today" or "今天" or "今日" => null,
        "tonight" or "今晚" or "明晚" or "tomorrow night" or "tomorrow evening" => TimeSpan.FromHours(20),
        "明早" => TimeSpan.FromHours(8),
        "tomorrow afternoon" => TimeSpan.FromHours(14),
        _ => TimeSpan.FromHours(9),
    };

    public static bool IsEvening(string day) => day is "tonight" or "今晚" or "明晚" or "tomorrow night" or "tomorrow evening" or "tomorrow afternoon";

    /// <param name="today">The date there now.</param>
    /// <param name="gone">The time of the day that is meant is over today: a weekday that is today's is then the next one.</param>
    public static DateTime? Date(string day, DateTime today, bool gone) => day switch
    {
        "today" or "tonight" or "今天" or "今日" or "今晚" => today,
        "the day after tomorrow" or "后天" => today.AddDays(2),
        "大后天" => today.AddDays(3),
        _ when day.StartsWith("tomorrow", StringComparison.Ordinal) || day is ['明', ..] => today.AddDays(1),
        _ when Written.Match(day) is { Success: true } date => OfNumbers(date, today),
        _ when ChineseWeek.Match(day) is { Success: true } week => OfChineseWeek(week, today, gone),
        _ => OfWeekday(day, today, gone),
    };

    public static DayOfWeek? DayNamed(string word) =>
        word.Length >= 3 && Array.IndexOf(_weekdays, word[..3]) is >= 0 and var index ? (DayOfWeek)index : null;

    public static DayOfWeek DayNamed(char ideograph) => (DayOfWeek)("日一二三四五六".IndexOf(ideograph == (char)0x5929 ? (char)0x65E5 : ideograph, StringComparison.Ordinal));

    private static DateTime? OfWeekday(string day, DateTime today, bool gone)
    {
        var next = day.StartsWith("next ", StringComparison.Ordinal);
        return DayNamed(day.Split(' ')[^1]) is { } named ? Coming(named, today, next || gone) : null;
    }

    private static DateTime OfChineseWeek(Match match, DateTime today, bool gone)
    {
        var named = DayNamed(match.Groups["day"].Value[0]);
        if (match.Groups["which"].Value != "下")
        {
            return Coming(named, today, gone);
        }

        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        return monday.AddDays(7 + (((int)named + 6) % 7));
    }

    private static DateTime Coming(DayOfWeek day, DateTime today, bool notToday)
    {
        var ahead = (day - today.DayOfWeek + 7) % 7;
        return today.AddDays(ahead == 0 && notToday ? 7 : ahead);
    }

    private static DateTime? OfNumbers(Match match, DateTime today)
    {
        int? Number(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : null;
        var (month, day) = (Number("m")!.Value, Number("d")!.Value);
        var year = Number("y") ?? (month < today.Month || (month == today.Month && day < today.Day) ? today.Year + 1 : today.Year);
        return year is >= 1 and <= 9000 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) ? new DateTime(year, month, day) : null;
    }

    [GeneratedRegex("^(?:on )?(?:(?<y>\\d{4})[-年])?(?<m>\\d{1,2})[-月](?<d>\\d{1,2})[日号]?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Written { get; }

    [GeneratedRegex("^(?<which>这|本|下)?个?(?:周|星期|礼拜)(?<day>[一二三四五六日天])$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex ChineseWeek { get; }
}
