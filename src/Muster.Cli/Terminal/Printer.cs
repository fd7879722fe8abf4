using System.Text.RegularExpressions;
using Spectre.Console;

namespace Muster.Cli.Terminal;

/// <summary>Lists and lines of a command: a table on a terminal, tab-separated fields in a pipe.</summary>
internal sealed partial class Printer(Surroundings surroundings)
{
    /// <summary>Text for reading: on a terminal it is wrapped between words.</summary>
    public void Line(string text = "") => surroundings.Out.WriteLine(Wrapped(text, surroundings.Interactive));

    /// <summary>Text for copying: never wrapped.</summary>
    public void Verbatim(string text) => surroundings.Out.WriteLine(text);

    public void Note(string text) => surroundings.Error.WriteLine(Dimmed(Wrapped(text, surroundings.ErrorIsTerminal)));

    public void Warning(string text)
    {
        var wrapped = Wrapped(text, surroundings.ErrorIsTerminal);
        surroundings.Error.WriteLine(surroundings.ErrorIsTerminal && surroundings.Colour ? $"{Ansi.Yellow}{wrapped}{Ansi.Reset}" : wrapped);
    }

    public void Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (!surroundings.Interactive)
        {
            foreach (var row in rows)
            {
                Line(string.Join('\t', row.Select(cell => Ansi.Harmless(cell).ReplaceLineEndings(" "))));
            }

            return;
        }

        // Spectre takes some 60 ms to wake up, so it is kept to the lists that need it.
        var table = new Table { Border = TableBorder.None };
        table.AddColumns([.. headings.Select(heading => new TableColumn(new Text(heading, new Style(decoration: Decoration.Dim))) { Padding = new Padding(0, 0, 2, 0) })]);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(Ansi.Harmless(cell)))]);
        }

        AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(surroundings.Out),
            ColorSystem = surroundings.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        }).Write(table);
    }

    /// <summary>Further lines stand below the text, to the right of what names it.</summary>
    private static string Wrapped(string text, bool terminal) => !terminal || Columns.Of(text) < TerminalSize.Width
        ? text
        : string.Join('\n', text.Split('\n').Select(line => WordWrap.Of(line, TerminalSize.Width - 1, new string(' ', Label().Match(Style().Replace(line, "")).Length))));

    [GeneratedRegex(@"^ *(\S{1,20} {2,})?", RegexOptions.None, 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\e\[[0-9;]*m", RegexOptions.None, 1000)]
    private static partial Regex Style();

    public string Dimmed(string text) => surroundings.Colour ? $"{Ansi.Dim}{text}{Ansi.Reset}" : text;

    public string Coloured(string text, string colour) => surroundings.Colour ? $"{colour}{text}{Ansi.Reset}" : text;
}
