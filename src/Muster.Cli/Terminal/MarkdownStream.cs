using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Cli.Terminal;

/// <summary>
/// Light Markdown for a terminal while it streams: headings, lists, quotes, tables, code, and what <see cref="MarkdownInline"/>
/// knows. Text appears word by word; only a table waits until it is whole.
/// </summary>
internal sealed partial class MarkdownStream(bool colour, int width)
{
    private readonly StringBuilder _held = new();
    private readonly List<string> _table = [];
    private readonly MarkdownInline _inline = new(colour);
    private readonly WordWrap _wrap = new(width);
    private bool _lineStart = true;
    private bool _fence;

    /// <summary>Columns of a line.</summary>
    public int Width { get => _wrap.Width; set => _wrap.Width = value; }

    public string Write(string text)
    {
        var output = new StringBuilder();
        foreach (var letter in Ansi.Harmless(text))
        {
            if (_lineStart)
            {
                Start(letter, output);
            }
            else if (letter == '\n')
            {
                EndLine(output);
            }
            else if (_fence)
            {
                _wrap.Raw(letter.ToString(), output);
            }
            else
            {
                _wrap.Write(_inline.Write(letter.ToString()), output);
            }
        }

        return output.ToString();
    }

    /// <summary>What was held back, and the end of every style.</summary>
    public string Flush()
    {
        var output = new StringBuilder();
        var held = _held.ToString();
        _held.Clear();
        if (IsRow(held))
        {
            _table.Add(held);
            held = "";
        }

        var table = _table.Count > 0;
        EndTable(output);
        if (held.Trim() != "```")
        {
            _wrap.Write(_inline.Write(held), output);
        }

        _wrap.Write(_inline.End() + Reset(_fence || _inline.Style.Length > 0), output);
        _wrap.Flush(output);
        (_lineStart, _fence, _inline.Style, _wrap.Hang) = (true, false, "", "");
        return table ? output.ToString().TrimEnd('\n') : output.ToString();
    }

    private void Start(char letter, StringBuilder output)
    {
        _held.Append(letter);
        var line = _held.ToString();
        var text = line.TrimStart(' ');
        if (letter == '\n')
        {
            _held.Clear();
            WholeLine(line[..^1], text[..^1], output);
        }
        else if (!IsUndecided(text))
        {
            _held.Clear();
            _lineStart = false;
            EndTable(output);
            Begin(line[..^text.Length], text, output);
        }
    }

    private void WholeLine(string line, string text, StringBuilder output)
    {
        if (IsRow(line))
        {
            _table.Add(line);
            return;
        }

        EndTable(output);
        if (text.StartsWith("```", StringComparison.Ordinal))
        {
            _fence = !_fence;
            _wrap.Raw(colour ? _fence ? Ansi.Cyan : Ansi.Reset : "", output);
            return;
        }

        _wrap.Raw(line, output);
        EndLine(output);
    }

    private bool IsRow(string line) => !_fence && line.TrimStart(' ').StartsWith('|');

    private bool IsUndecided(string text) => text.Length == 0
        || (text.Length < 3 && "```".StartsWith(text, StringComparison.Ordinal))
        || text.StartsWith("```", StringComparison.Ordinal)
        || (!_fence && (text[0] == '|' || MarkerStart().IsMatch(text)));

    private void Begin(string indentation, string text, StringBuilder output)
    {
        if (_fence)
        {
            _wrap.Raw(indentation + text, output);
            return;
        }

        var marker = Marker().Match(text).Value;
        var (shown, hang) = marker.TrimEnd() switch
        {
            "" => ("", ""),
            "-" or "*" or "+" => ("• ", "  "),
            ">" => ("│ ", "│ "),
            ['#', ..] => ("", ""),
            var number => (number + " ", new string(' ', number.Length + 1)),
        };
        _wrap.Hang = indentation + hang;
        _inline.Style = marker.StartsWith('#') && colour ? Ansi.Bold : "";
        _wrap.Write(indentation + shown + _inline.Style, output);
        _wrap.Write(_inline.Write(text[marker.Length..]), output);
    }

    private void EndLine(StringBuilder output)
    {
        _wrap.Write(_inline.End() + Reset(_inline.Style.Length > 0), output);
        _wrap.NewLine(output);
        (_lineStart, _inline.Style, _wrap.Hang) = (true, "", "");
    }

    private void EndTable(StringBuilder output)
    {
        if (_table.Count == 0)
        {
            return;
        }

        _wrap.Raw(MarkdownTable.Render(_table, Width, colour) ?? string.Concat(_table.Select(row => MarkdownInline.Render(row, colour) + "\n")), output);
        _table.Clear();
    }

    private string Reset(bool needed) => colour && needed ? Ansi.Reset : "";

    [GeneratedRegex(@"^(#{1,6}|[-*+>]|\d{1,3}[.)]?)$", RegexOptions.None, 1000)]
    private static partial Regex MarkerStart();

    [GeneratedRegex(@"^(#{1,6} |[-*+] |> ?|\d{1,3}[.)] )", RegexOptions.None, 1000)]
    private static partial Regex Marker();
}
