using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>A time of the day in words: <c>18:30</c>, <c>9</c>, <c>9:30 pm</c>, <c>noon</c>, <c>half past nine</c>, <c>上午9点半</c>.</summary>
/// <param name="Time">From the beginning of the day; twelve at night is its end, so at most 24:59.</param>
/// <param name="Plain">A bare number, which is a time of the day only where the words around it say so.</param>
internal sealed partial record SpokenClock(TimeSpan Time, bool Plain)
{
    /// <param name="text">Lower case, trimmed.</param>
    /// <param name="evening">A bare hour up to 11 is one of the evening.</param>
    public static SpokenClock? Parse(string text, bool evening = false) => text switch
    {
        "noon" or "midday" or "中午" or "正午" => new SpokenClock(TimeSpan.FromHours(12), Plain: false),
        "midnight" => new SpokenClock(TimeSpan.Zero, Plain: false),
        _ when UsualHour(text) is { } usual => new SpokenClock(TimeSpan.FromHours(usual), Plain: true),
        _ when InPartOfDay.Match(text) is { Success: true } within => OfPart(within),
        _ when Past.Match(text) is { Success: true } past => OfPast(past, evening),
        _ when Digits.Match(text) is { Success: true } digits => OfDigits(digits, evening),
        _ when Hours.Match(text) is { Success: true } hours => OfHours(hours, evening),
        _ => null,
    };

    /// <summary>The hour that is meant where only a part of the day is said.</summary>
    private static int? UsualHour(string part) => part switch
    {
        "早上" or "早晨" or "清晨" => 8,
        "morning" or "上午" => 9,
        "afternoon" or "下午" => 14,
        "傍晚" => 18,
        "evening" or "night" or "晚上" => 20,
        _ => null,
    };

    private static SpokenClock? OfPart(Match match)
    {
        var part = match.Groups["part"].Value;
        if (match.Groups["clock"].Value.Trim() is not { Length: > 0 } said)
        {
            return new SpokenClock(TimeSpan.FromHours(UsualHour(part)!.Value), Plain: false);
        }

        // Two at night is after midnight, ten before it, and twelve between them.
        return Parse(said, part != "morning") is not { } clock ? null
            : part == "night" && clock.Time.Hours is >= 13 and < 18 ? clock with { Time = clock.Time - TimeSpan.FromHours(12), Plain = false }
            : clock with { Plain = false };
    }

    private static SpokenClock? OfPast(Match match, bool evening)
    {
        var minutes = match.Groups["n"].Value switch
        {
            "half" => 30,
            "quarter" => 15,
            var said => Numerals.Read(said) ?? 60,
        };
        if (minutes >= 60 || Parse(match.Groups["hour"].Value, evening) is not { Time.Minutes: 0 } clock)
        {
            return null;
        }

        var away = TimeSpan.FromMinutes(minutes) * (match.Groups["to"].Success ? -1 : 1);
        return new SpokenClock(clock.Time + away < TimeSpan.Zero ? clock.Time + away + TimeSpan.FromDays(1) : clock.Time + away, Plain: false);
    }

    private static SpokenClock? OfDigits(Match match, bool evening)
    {
        var (hour, minute) = (Number(match, "h"), Number(match, "m"));
        var half = match.Groups["half"].Value;
        if (half.Length > 0)
        {
            return hour is >= 1 and <= 12 && minute < 60 ? Made((hour % 12) + (half[0] == 'p' ? 12 : 0), minute, plain: false) : null;
        }

        return hour < 24 && minute < 60
            ? Made(InPart(hour, match.Groups["part"].Value, evening), minute, !match.Groups["m"].Success && !match.Groups["oclock"].Success)
            : null;
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
            var written => Numerals.Read(written.TrimStart('零', '过').TrimEnd('分')) ?? (written == "零分" ? 0 : 60),
        };
        return minute is >= 0 and < 60 && minute == (int)minute ? Made(InPart((int)hour, match.Groups["part"].Value, evening), (int)minute, plain: false) : null;
    }

    // The end of the day that is spoken of.
    private const int Midnight = 24;

    private static SpokenClock Made(int hour, int minute, bool plain) => new(new TimeSpan(hour, minute, 0), plain);

    private static int InPart(int hour, string part, bool evening) => part switch
    {
        "下午" or "傍晚" or "晚上" when hour is >= 1 and < 12 => hour + 12,
        "夜里" or "半夜" or "深夜" when hour is >= 6 and < 12 => hour + 12,
        "中午" when hour is >= 1 and < 4 => hour + 12,
        "晚上" or "夜里" or "半夜" or "深夜" when hour == 12 => Midnight,
        "凌晨" when hour == 12 => 0,
        "" when evening && hour is >= 1 and <= 12 => hour + 12,
        _ => hour,
    };

    private static int Number(Match match, string group) =>
        match.Groups[group].Success ? (int)Numerals.Read(match.Groups[group].Value)! : 0;

    private const string Part = "(?<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜)?";

    private const string Hour = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve";

    [GeneratedRegex(@"^(?:in the )?(?<part>morning|afternoon|evening|night)(?:,? (?:at )?(?<clock>.+))?$|^(?<clock>.+?) (?:in the (?<part>morning|afternoon|evening)|at (?<part>night))$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex InPartOfDay { get; }

    [GeneratedRegex(@"^(?:a )?(?:(?<n>half|quarter|five|ten|twenty)|(?<n>\d{1,2}) minutes) (?:past|(?<to>to)) (?<hour>.+)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Past { get; }

    [GeneratedRegex(@"^" + Part + @"\s*(?<h>\d{1,2}|" + Hour + @")(?:[:：.](?<m>\d{2})(?:[:：]00)?|(?<oclock> o'?clock))?(?:\s*(?<half>a\.?m|p\.?m)\.?)?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Digits { get; }

    [GeneratedRegex(@"^" + Part + @"\s*(?<h>\d{1,2}|[零一二两三四五六七八九十]{1,3})[点點时](?:钟|整)?(?<rest>半|一刻|三刻|(?:零|过)?(?:\d{1,2}|[零一二三四五六七八九十]{1,3})分?)?$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex Hours { get; }
}
