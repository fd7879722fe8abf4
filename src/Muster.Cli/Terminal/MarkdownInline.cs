using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Cli.Terminal;

/// <summary>Bold, italic, code and links within one line. Holds back only what may still turn out to be one of them.</summary>
internal sealed partial class MarkdownInline(bool colour)
{
    private const int LongestSpan = 400;

    private readonly StringBuilder _held = new();
    private char _before = '\n';

    /// <summary>What the line as a whole looks like, a heading for example.</summary>
    public string Style { get; set; } = "";

    public static string Render(string text, bool colour, string style = "")
    {
        var inline = new MarkdownInline(colour) { Style = style };
        return inline.Write(text) + inline.End();
    }

    public string Write(string text)
    {
        _held.Append(text);
        return Drain(final: false);
    }

    /// <summary>The line is over: what was never closed is no marker.</summary>
    public string End()
    {
        var rest = Drain(final: true);
        _before = '\n';
        return rest;
    }

    private string Drain(bool final)
    {
        var output = new StringBuilder();
        while (_held.Length > 0)
        {
            var text = _held.ToString();
            var over = final || text.Length > LongestSpan;
            var (length, shown) = Next(text, over);
            if (length == 0)
            {
                break;
            }

            output.Append(shown);
            _before = text[length - 1];
            _held.Remove(0, length);
        }

        return output.ToString();
    }

    /// <summary>How much of the text is decided, and what it looks like; nothing while it may go either way.</summary>
    private (int Length, string Shown) Next(string text, bool final)
    {
        var special = text.AsSpan().IndexOfAny("*`[\\");
        if (special != 0)
        {
            var plain = special < 0 ? text : text[..special];
            return (plain.Length, plain);
        }

        var span = text[0] switch
        {
            '`' => Code(text),
            '[' => Link(text),
            '\\' => Escaped(text),
            _ => Stars(text, final),
        };
        return span ?? (final ? (1, text[..1]) : default);
    }

    private (int, string)? Code(string text) =>
        text.IndexOf('`', 1) is > 1 and var end ? (end + 1, Painted(Ansi.Cyan, text[1..end])) : null;

    private static (int, string)? Escaped(string text) => text.Length < 2
        ? null
        : text[1] is '*' or '`' or '[' or ']' or '_' or '#' or '|' ? (2, text[1..2]) : (1, "\\");

    private (int, string)? Link(string text)
    {
        if (LinkPattern().Match(text) is { Success: true } link)
        {
            var (name, url) = (link.Groups[1].Value, link.Groups[2].Value);
            return (link.Length, name.Length == 0 || name == url ? url : $"{Render(name, colour, Style)} ({Painted(Ansi.Dim, url)})");
        }

        return LinkStart().IsMatch(text) ? null : (1, "[");
    }

    private (int, string)? Stars(string text, bool final)
    {
        if (text.Length < 3 && !final)
        {
            return null;
        }

        var marker = text.StartsWith("**", StringComparison.Ordinal) ? "**" : "*";
        if (text.Length <= marker.Length || char.IsWhiteSpace(text[marker.Length]) || (marker == "*" && char.IsLetterOrDigit(_before)))
        {
            return (marker.Length, marker);
        }

        var end = marker == "**" ? BoldEnd(text, final) : ItalicEnd(text, final);
        if (end < 0)
        {
            return final ? (marker.Length, marker) : null;
        }

        var style = marker == "**" ? Ansi.Bold : Ansi.Italic;
        var inner = text[marker.Length..end];
        return (end + marker.Length, colour ? style + Render(inner, colour, Style + style) + Ansi.Reset + Style : Render(inner, colour));
    }

    private static int BoldEnd(string text, bool final)
    {
        var end = text.IndexOf("**", 3, StringComparison.Ordinal);
        if (end >= 0 && end + 2 == text.Length && !final)
        {
            return -1; // a third star would belong to what is inside
        }

        return end >= 0 && end + 2 < text.Length && text[end + 2] == '*' ? end + 1 : end;
    }

    private static int ItalicEnd(string text, bool final)
    {
        for (var i = 2; i < text.Length; i++)
        {
            if (text[i] != '*')
            {
                continue;
            }

            if (i + 1 == text.Length && !final)
            {
                return -1;
            }

            if (i + 1 < text.Length && text[i + 1] == '*')
            {
                i++;
            }
            else if (!char.IsWhiteSpace(text[i - 1]))
            {
                return i;
            }
        }

        return -1;
    }

    private string Painted(string style, string text) => colour ? style + text + Ansi.Reset + Style : text;

    [GeneratedRegex(@"^\[([^\[\]]*)\]\(([^()\s]*)\)", RegexOptions.None, 1000)]
    private static partial Regex LinkPattern();

    [GeneratedRegex(@"^\[[^\[\]]*(\](\([^()\s]*)?)?$", RegexOptions.None, 1000)]
    private static partial Regex LinkStart();
}
