using System.Text.RegularExpressions;

namespace Muster.Hub.Schedules.Times;

/// <summary>A length of time in words: <c>90s</c>, <c>1h30m</c>, <c>an hour and a half</c>, <c>一个半小时</c>. Months are of the calendar.</summary>
internal sealed partial record SpokenSpan(int Months, TimeSpan Time)
{
    // So long that every limit refuses it, and short enough to count with.
    private const double MostSeconds = 100.0 * 365 * 86_400;

    /// <param name="text">Lower case, trimmed.</param>
    public static SpokenSpan? Parse(string text)
    {
        var (months, seconds, at) = (0, 0.0, 0);
        while (at < text.Length)
        {
            if (Piece.Match(text, at) is not { Success: true, Length: > 0 } match || Numerals.Read(match.Groups["n"].Value) is not { } number)
            {
                return null;
            }

            number += match.Groups["more"].Success ? 0.5 : match.Groups["quarter"].Success ? 0.25 : 0;
            var unit = match.Groups["u"].Value;
            if (unit is ['y', ..] or "年" or "月" || unit.StartsWith("mo", StringComparison.Ordinal))
            {
                var many = Math.Min(number, 1200) * (unit is ['y', ..] or "年" ? 12 : 1);
                months += (int)many;
                seconds += (many - (int)many) * 30 * Unit("d"); // half a month is fifteen days
            }
            else
            {
                seconds += number * Unit(unit);
            }

            at = match.Index + match.Length;
        }

        return at == 0 ? null : new SpokenSpan(Math.Min(months, 1200), TimeSpan.FromSeconds(Math.Min(seconds, MostSeconds)));
    }

    /// <summary>What one of a unit is: "hour", "小时"; null where the text is no unit.</summary>
    public static TimeSpan? One(string text) => OneUnit.IsMatch(text) ? TimeSpan.FromSeconds(Unit(text)) : null;

    private static double Unit(string unit) => unit switch
    {
        ['s', ..] or ['秒', ..] => 1,
        ['m', ..] or ['分', ..] => 60,
        ['h', ..] or "小时" or "钟头" => 3600,
        ['d', ..] or "天" => 86_400,
        _ => 7 * 86_400,
    };

    [GeneratedRegex(
        $@"\G\s*(?:and\s+|,\s*|[零又和])?(?:(?<n>{Numerals.English})(?:(?<=\d)\s*|\s+)(?<more>and a half\s+)?(?<u>seconds?|secs?|sec|s|minutes?|mins?|months?|m|hours?|hrs?|hr|h|days?|d|weeks?|w|years?|y)(?![a-z])(?:(?:(?<more>\s+and a half)|(?<quarter>\s+and a quarter))(?![a-z]))?|(?<n>{Numerals.Chinese})\s*个?(?<more>半)?\s*(?<u>秒钟|秒|分钟|分|小时|钟头|天|周|星期|礼拜|月|年)(?<more>半(?!夜))?)\s*",
        RegexOptions.CultureInvariant, 200)]
    private static partial Regex Piece { get; }

    [GeneratedRegex(@"^(?:second|minute|hour|day|week|秒钟?|分钟?|小时|钟头|天|周|星期)$", RegexOptions.CultureInvariant, 200)]
    private static partial Regex OneUnit { get; }
}
