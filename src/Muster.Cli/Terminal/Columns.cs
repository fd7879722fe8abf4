using System.Text;

namespace Muster.Cli.Terminal;

/// <summary>How many columns text takes on a terminal: East Asian letters and emoji two, combining marks none.</summary>
internal static class Columns
{
    public static int Of(string text)
    {
        var width = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
            {
                i = SkipSequence(text, i);
                continue;
            }

            if (!Rune.TryGetRuneAt(text, i, out var rune))
            {
                width++;
                continue;
            }

            width += Of(rune);
            i += rune.Utf16SequenceLength - 1;
        }

        return width;
    }

    public static int Of(Rune rune) => rune.Value switch
    {
        < 0x20 or (>= 0x7f and < 0xa0) or 0x200b or 0x200d or (>= 0x300 and <= 0x36f) or (>= 0xfe00 and <= 0xfe0f) => 0,
        (>= 0x1100 and <= 0x115f) or (>= 0x2e80 and <= 0xa4cf) or (>= 0xac00 and <= 0xd7a3) or (>= 0xf900 and <= 0xfaff)
            or (>= 0xfe30 and <= 0xfe6f) or (>= 0xff00 and <= 0xff60) or (>= 0xffe0 and <= 0xffe6)
            or (>= 0x1f300 and <= 0x1faff) or (>= 0x20000 and <= 0x3fffd) => 2,
        _ => 1,
    };

    /// <summary>At most this many columns, with … where it was cut.</summary>
    public static string Cut(string text, int columns)
    {
        if (Of(text) <= columns)
        {
            return text;
        }

        var kept = new StringBuilder();
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            width += Of(rune);
            if (width > columns - 1)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.Append('…').ToString();
    }

    /// <summary>The last letter of the escape sequence that starts there.</summary>
    public static int SkipSequence(string text, int start)
    {
        var i = start + 1;
        if (i < text.Length && text[i] == '[')
        {
            i++;
            while (i < text.Length && text[i] is < '@' or > '~')
            {
                i++;
            }
        }

        return i;
    }
}
