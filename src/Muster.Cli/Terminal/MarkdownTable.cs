using System.Text;

namespace Muster.Cli.Terminal;

/// <summary>A table of Markdown with its columns aligned; cells that do not fit go on below.</summary>
internal static class MarkdownTable
{
    private const string Gap = "  ";
    private const int Narrowest = 6;

    /// <summary>Null when the lines are no table.</summary>
    public static string? Render(IReadOnlyList<string> lines, int width, bool colour)
    {
        if (lines.Count < 2 || Cells(lines[1]) is not { Count: > 0 } rule || !rule.All(IsRule))
        {
            return null;
        }

        var rows = lines.Where((_, index) => index != 1).Select(Cells).ToList();
        var columns = rows.Max(row => row.Count);
        var widths = Widths(rows, columns, width);
        var output = new StringBuilder();
        for (var i = 0; i < rows.Count; i++)
        {
            Row(rows[i], widths, rule, i == 0 ? Ansi.Bold : "", colour, output);
            if (i == 0)
            {
                output.AppendJoin(Gap, widths.Select(one => new string('─', one))).Append('\n');
            }
        }

        return output.ToString();
    }

    private static List<string> Cells(string line)
    {
        var text = line.Trim().Trim('|');
        List<string> cells = [];
        var cell = new StringBuilder();
        var code = false;
        for (var i = 0; i < text.Length; i++)
        {
            code ^= text[i] == '`';
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] == '|')
            {
                cell.Append(text[++i]);
            }
            else if (text[i] == '|' && !code)
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(text[i]);
            }
        }

        return [.. cells, cell.ToString().Trim()];
    }

    private static bool IsRule(string cell) => cell.Contains('-', StringComparison.Ordinal) && cell.AsSpan().IndexOfAnyExcept("-:") < 0;

    /// <summary>As wide as the widest cell; when that is too wide together, the widest columns give way.</summary>
    private static int[] Widths(List<List<string>> rows, int columns, int room)
    {
        var widths = Enumerable.Range(0, columns)
            .Select(column => Math.Max(1, rows.Max(row => column < row.Count ? Columns.Of(MarkdownInline.Render(row[column], colour: false)) : 0)))
            .ToArray();
        while (widths.Sum() + (Gap.Length * (columns - 1)) > room && widths.Max() > Narrowest)
        {
            widths[Array.IndexOf(widths, widths.Max())]--;
        }

        return widths;
    }

    private static void Row(List<string> cells, int[] widths, List<string> rule, string style, bool colour, StringBuilder output)
    {
        var lines = widths.Select((width, column) => Lines(column < cells.Count ? cells[column] : "", width, style, colour)).ToList();
        for (var line = 0; line < lines.Max(cell => cell.Length); line++)
        {
            var parts = widths.Select((width, column) => Padded(line < lines[column].Length ? lines[column][line] : "", width, column < rule.Count ? rule[column] : ""));
            output.Append(string.Join(Gap, parts).TrimEnd(' ')).Append('\n');
        }
    }

    /// <summary>Styles are left out of a cell that needs several lines: they would run into its neighbours.</summary>
    private static string[] Lines(string cell, int width, string style, bool colour)
    {
        var plain = MarkdownInline.Render(cell, colour: false);
        if (Columns.Of(plain) > width)
        {
            return WordWrap.Of(plain, width, "", hard: true).Split('\n');
        }

        return [colour && style.Length > 0 ? style + plain + Ansi.Reset : MarkdownInline.Render(cell, colour)];
    }

    private static string Padded(string text, int width, string rule)
    {
        var room = Math.Max(0, width - Columns.Of(text));
        var left = (rule.StartsWith(':'), rule.EndsWith(':')) switch
        {
            (false, true) => room,
            (true, true) => room / 2,
            _ => 0,
        };
        return new string(' ', left) + text + new string(' ', room - left);
    }
}
