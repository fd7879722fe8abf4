using System.Text;

namespace Muster.Cli.Terminal;

/// <summary>
/// Light Markdown for a terminal while it streams: headings, bullets, bold, code. Holds back only what may still turn out to be
/// a marker, so text appears as it comes.
/// </summary>
internal sealed class MarkdownStream
{
    private readonly StringBuilder _held = new();
    private bool _lineStart = true;
    private bool _fence;
    private bool _bold;
    private bool _code;
    private bool _heading;

    public string Write(string text)
    {
        var output = new StringBuilder();
        foreach (var letter in Ansi.Harmless(text))
        {
            if (_lineStart)
            {
                Start(letter, output);
            }
            else
            {
                Inline(letter, output);
            }
        }

        return output.ToString();
    }

    /// <summary>What was held back, and the end of every style.</summary>
    public string Flush()
    {
        var output = new StringBuilder();
        if (_lineStart && _held.ToString().Trim() == "```")
        {
            _held.Clear();
        }

        output.Append(_held);
        _held.Clear();
        if (_bold || _code || _heading || _fence)
        {
            output.Append(Ansi.Reset);
        }

        (_lineStart, _fence, _bold, _code, _heading) = (true, false, false, false, false);
        return output.ToString();
    }

    private void Start(char letter, StringBuilder output)
    {
        _held.Append(letter);
        var line = _held.ToString();
        var text = line.TrimStart(' ');
        if (letter == '\n')
        {
            _held.Clear();
            EndLine(text.StartsWith("```", StringComparison.Ordinal) ? null : line, output);
        }
        else if (text.StartsWith("```", StringComparison.Ordinal) || IsUndecided(text))
        {
            return;
        }
        else
        {
            _held.Clear();
            _lineStart = false;
            Begin(line[..^text.Length], text, output);
        }
    }

    /// <summary>A null line was a fence: it toggles code and is not shown.</summary>
    private void EndLine(string? line, StringBuilder output)
    {
        if (line is null)
        {
            _fence = !_fence;
            output.Append(_fence ? Ansi.Cyan : Ansi.Reset);
        }
        else
        {
            output.Append(line);
        }
    }

    private bool IsUndecided(string text) => text.Length == 0
        || (text.Length < 3 && "```".StartsWith(text, StringComparison.Ordinal))
        || (!_fence && ((text.Length < 7 && text.AsSpan().IndexOfAnyExcept('#') < 0) || text is "-" or "*"));

    private void Begin(string indentation, string text, StringBuilder output)
    {
        output.Append(indentation);
        if (!_fence && text.StartsWith('#') && text.EndsWith(' '))
        {
            _heading = true;
            output.Append(Ansi.Bold);
            return;
        }

        if (!_fence && text is "- " or "* ")
        {
            output.Append("• ");
            return;
        }

        foreach (var letter in text)
        {
            Inline(letter, output);
        }
    }

    private void Inline(char letter, StringBuilder output)
    {
        if (_fence && letter != '\n')
        {
            output.Append(letter);
            return;
        }

        if (_held.Length > 0)
        {
            _held.Clear();
            if (letter == '*' && !_code)
            {
                _bold = !_bold;
                Style(output);
                return;
            }

            output.Append('*');
        }

        switch (letter)
        {
            case '\n':
                NewLine(output);
                break;
            case '`':
                _code = !_code;
                Style(output);
                break;
            case '*' when !_code:
                _held.Append('*');
                break;
            default:
                output.Append(letter);
                break;
        }
    }

    private void NewLine(StringBuilder output)
    {
        if (_heading || _code || _bold)
        {
            (_heading, _code, _bold) = (false, false, false);
            output.Append(Ansi.Reset);
        }

        output.Append('\n');
        _lineStart = true;
    }

    private void Style(StringBuilder output)
    {
        output.Append(Ansi.Reset).Append(_bold || _heading ? Ansi.Bold : "").Append(_code ? Ansi.Cyan : "");
    }
}
