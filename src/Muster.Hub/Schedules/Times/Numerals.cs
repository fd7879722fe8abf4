using System.Globalization;

namespace Muster.Hub.Schedules.Times;

/// <summary>Numbers as digits or in words, as they occur in times.</summary>
internal static class Numerals
{
    /// <summary>For regular expressions.</summary>
    public const string English = @"\d{1,9}(?:\.\d{1,3})?|half an?|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty-five|ninety";

    /// <summary>For regular expressions.</summary>
    public const string Chinese = @"\d{1,9}(?:\.\d{1,3})?|[零一二两三四五六七八九十]{1,3}|半";

    private static readonly Dictionary<string, double> _words = new(StringComparer.Ordinal)
    {
        ["half a"] = 0.5, ["half an"] = 0.5, ["a"] = 1, ["an"] = 1, ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6,
        ["seven"] = 7, ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["fifteen"] = 15, ["twenty"] = 20, ["thirty"] = 30, ["forty-five"] = 45, ["ninety"] = 90, ["半"] = 0.5,
    };

    public static double? Read(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
        : _words.TryGetValue(text, out var word) ? word
        : Ideographs(text);

    private static double? Ideographs(string text)
    {
        var ten = text.IndexOf('十', StringComparison.Ordinal);
        if (ten < 0)
        {
            return text.Length == 1 ? Digit(text[0]) : null;
        }

        var tens = ten == 0 ? 1 : ten == 1 ? Digit(text[0]) : null;
        var ones = ten == text.Length - 1 ? 0 : ten == text.Length - 2 ? Digit(text[^1]) : null;
        return (tens * 10) + ones;
    }

    private static double? Digit(char letter) => letter == '两' ? 2 : "零一二三四五六七八九".IndexOf(letter, StringComparison.Ordinal) is >= 0 and var digit ? digit : null;
}
