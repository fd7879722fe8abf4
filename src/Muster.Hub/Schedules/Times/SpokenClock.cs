using System.Globalization;
using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>A time of the day in words: <c>18:30</c>, <c>9</c>, <c>9:30 pm</c>, <c>noon</c>, <c>上午9点半</c>.</summary>
/// <param name="Plain">A bare number, which is a time of the day only where the words around it say so.</param>
internal sealed partial record SpokenClock(TimeSpan Time, bool Plain)
{
    /// <param name="text">Lower case, trimmed.</param>
    /// <param name="evening">A bare hour up to 11 is one of the evening.</param>
    public static SpokenClock? Parse(string text, bool evening = false)
    {
        if (text is "noon" or "midday" or "中午" or "正午")
        {
            return new SpokenClock(TimeSpan.FromHours(12), Plain: false);
        }

        if (text is "midnight")
        {
            return new SpokenClock(TimeSpan.Zero, Plain: false);
        }

        return Digits.Match(text) is { Success: true } digits ? OfDigits(digits, evening)
            : Hours.Match(text) is { Success: true } hours ? OfHours(hours, evening)
            : null;
    }

    private static SpokenClock? OfDigits(Match match, bool evening)
    {
        var (hour, minute) = (Number(match, "h"), Number(match, "m"));
        var half = match.Groups["half"].Value;
        if (half.Length > 0)
        {
            return hour is >= 1 and <= 12 && minute < 60 ? Made((hour % 12) + (half[0] == 'p' ? 12 : 0), minute, plain: false) : null;
        }

        return hour < 24 && minute < 60 ? Made(InPart(hour, match.Groups["part"].Value, evening), minute, !match.Groups["m"].Success) : null;
    }

    private static SpokenClock? OfHours(Match match, bool evening)
    {
        if (Numerals.Read(match.Groups["h"].Value) is not { } hour || hour != (int)hour || hour >= 24)
        {
            return null;
        }

        var minute = match.Groups["rest"].Value switch
        {
            "" => 0,
            "半" => 30,
            "一刻" => 15,
            "三刻" => 45,
            var written => Numerals.Read(written.TrimEnd('分')) ?? 60,
        };
        return minute is >= 0 and < 60 && minute == (int)minute ? Made(InPart((int)hour, match.Groups["part"].Value, evening), (int)minute, plain: false) : null;
    }

    private static SpokenClock Made(int hour, int minute, bool plain) => new(new TimeSpan(hour, minute, 0), plain);

    private static int InPart(int hour, string part, bool evening) => part switch
    {
        "下午" or "傍晚" or "晚上" or "夜里" when hour is >= 1 and < 12 => hour + 12,
        "中午" when hour is >= 1 and < 4 => hour + 12,
        "晚上" or "夜里" or "凌晨" when hour == 12 => 0,
        "" when evening && hour is >= 1 and < 12 => hour + 12,
        _ => hour,
    };

    private static int Number(Match match, string group) =>
        match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

    private const string Part = "(?<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里)?";

    [GeneratedRegex(@"^" + Part + @"\s*(?<h>\d{1,2})(?:[:：.](?<m>\d{2})(?:[:：]00)?)?(?:\s*(?<half>a\.?m|p\.?m)\.?)?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Digits { get; }

    [GeneratedRegex(@"^" + Part + @"\s*(?<h>\d{1,2}|[零一二两三四五六七八九十]{1,3})[点點时](?:钟|整)?(?<rest>半|一刻|三刻|(?:\d{1,2}|[零一二三四五六七八九十]{1,3})分?)?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Hours { get; }
}
