using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Cli.Terminal;

/// <summary>The few escape sequences that are used, and what text from elsewhere may not do with them.</summary>
internal static partial class Ansi
{
    private const int LongGap = 40;
    public const string Reset = "\e[0m";
    public const string Bold = "\e[1m";
    public const string Dim = "\e[2m";
    public const string Italic = "\e[3m";
    public const string Red = "\e[31m";
    public const string Green = "\e[32m";
    public const string Yellow = "\e[33m";
    public const string Cyan = "\e[36m";
    public const string EraseLine = "\r\e[K";
    public const string EraseBelow = "\e[J";

    public static string Up(int lines) => lines > 0 ? $"\e[{lines}A" : "";

    /// <summary>Text of a model or tool without control characters: it must not move the cursor or rename the window.</summary>
    public static string Harmless(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
        {
            return text;
        }

        var clean = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter is '\n' or '\t' || !char.IsControl(letter))
            {
                clean.Append(letter);
            }
        }

        return clean.ToString();
    }

    /// <summary>Text that a person decides about, with what would hide or reorder it made visible: other letters than those are shown as <c>\\u202e</c>, long gaps and runs of empty lines as their length.</summary>
    public static string Visible(string text)
    {
        text = EmptyLines().Replace(text, lines => string.Create(CultureInfo.InvariantCulture, $"{lines.Groups["sign"].Value}[{lines.Value.AsSpan().Count('\n')} empty lines]\n"));
        var seen = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var gap = 0;
            while (i + gap < text.Length && char.GetUnicodeCategory(text[i + gap]) == UnicodeCategory.SpaceSeparator)
            {
                gap++;
            }

            if (gap >= LongGap)
            {
                seen.Append(CultureInfo.InvariantCulture, $" [{gap} spaces] ");
                i += gap - 1;
            }
            else if (text[i] is not ('\n' or '\t') && char.GetUnicodeCategory(text[i]) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                seen.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
            else
            {
                seen.Append(text[i]);
            }
        }

        return seen.ToString();
    }

    // Three or more; in a diff each has the same sign before it.
    [GeneratedRegex(@"^(?<sign>[+-]?)[\t\p{Zs}]*\n(?:\k<sign>[\t\p{Zs}]*\n){2,}", RegexOptions.Multiline, 1000)]
    private static partial Regex EmptyLines();
}
