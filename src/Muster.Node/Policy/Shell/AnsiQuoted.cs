using System.Globalization;
using System.Text;

namespace Muster.Node.Policy.Shell;

/// <summary>The escapes of <c>$'...'</c>, which can spell any command in numbers.</summary>
internal static class AnsiQuoted
{
    public static string Decode(string text)
    {
        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                decoded.Append(text[i]);
                continue;
            }

            i++;
            switch (text[i])
            {
                case 'n':
                    decoded.Append('\n');
                    break;
                case 't':
                    decoded.Append('\t');
                    break;
                case 'x' when i + 1 < text.Length && text[i + 1] == '{':
                    i += 1 + Number(decoded, text.AsSpan(i + 2), 8, 16);
                    i += i + 1 < text.Length && text[i + 1] == '}' ? 1 : 0;
                    break;
                case 'x':
                    i += Number(decoded, text.AsSpan(i + 1), 2, 16);
                    break;
                case 'u':
                    i += Number(decoded, text.AsSpan(i + 1), 4, 16);
                    break;
                case 'U':
                    i += Number(decoded, text.AsSpan(i + 1), 8, 16);
                    break;
                case >= '0' and <= '7':
                    i += Number(decoded, text.AsSpan(i), 3, 8) - 1;
                    break;
                default:
                    decoded.Append(text[i]);
                    break;
            }
        }

        return decoded.ToString();
    }

    private static int Number(StringBuilder into, ReadOnlySpan<char> text, int most, int radix)
    {
        var value = 0;
        var length = 0;
        while (length < most && length < text.Length && Digit(text[length]) is var digit and >= 0 && digit < radix)
        {
            value = unchecked((value * radix) + digit);
            length++;
        }

        into.Append((char)value);
        return length;
    }

    private static int Digit(char c) =>
        int.TryParse([c], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var digit) ? digit : -1;
}
