using Spectre.Console;

namespace Muster.Cli.Terminal;

/// <summary>Lists and lines of a command: a table on a terminal, tab-separated fields in a pipe.</summary>
internal sealed class Printer(Surroundings surroundings)
{
    public void Line(string text = "") => surroundings.Out.WriteLine(text);

    public void Note(string text) => surroundings.Error.WriteLine(Dimmed(text));

    public void Warning(string text) => surroundings.Error.WriteLine(surroundings.ErrorIsTerminal && surroundings.Colour ? $"{Ansi.Yellow}{text}{Ansi.Reset}" : text);

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

    public string Dimmed(string text) => surroundings.Colour ? $"{Ansi.Dim}{text}{Ansi.Reset}" : text;

    public string Coloured(string text, string colour) => surroundings.Colour ? $"{colour}{text}{Ansi.Reset}" : text;
}
