using System.Text;

namespace Muster.Cli.Terminal;

/// <summary>
/// Output above, the line that is edited below. The unfinished line of the output is drawn again with each change, together with
/// the prompt, so that text streams in while a person types. Calls come one at a time.
/// </summary>
internal sealed class PromptScreen(TextWriter output, LineBuffer buffer, Func<int> width) : IScreen
{
    private readonly StringBuilder _partial = new();
    private int _rowsAboveCursor;

    public string Prompt { get; set; } = "> ";

    public int Width => width();

    public void Write(string text) => Change(() => _partial.Append(text));

    public void Rewrite(string line) => Change(() => _partial.Clear().Append(line));

    /// <summary>Draws the prompt again, after a key.</summary>
    public void Refresh() => Change(() => { });

    /// <summary>Takes the prompt away and leaves the cursor below the output.</summary>
    public void Close()
    {
        output.Write(Erase() + _partial + (_partial.Length > 0 ? "\n" : ""));
        output.Flush();
        _partial.Clear();
        _rowsAboveCursor = 0;
    }

    private void Change(Action change)
    {
        var erase = Erase();
        change();
        var text = _partial.ToString();
        var done = text.LastIndexOf('\n') + 1;
        _partial.Remove(0, done);
        output.Write(erase + text[..done] + Draw());
        output.Flush();
    }

    private string Erase() => "\r" + Ansi.Up(_rowsAboveCursor) + Ansi.EraseBelow;

    private string Draw()
    {
        var columns = Math.Max(10, Width);
        var partial = _partial.ToString();
        var above = partial.Length == 0 ? 0 : Rows(partial, columns);
        var shown = Prompt + buffer.Text.Replace("\n", "\n" + new string(' ', Columns.Of(Prompt)), StringComparison.Ordinal);
        var toCursor = Prompt + buffer.Text[..buffer.Cursor].Replace("\n", "\n" + new string(' ', Columns.Of(Prompt)), StringComparison.Ordinal);
        var rows = Rows(shown, columns);
        var cursorRow = Rows(toCursor, columns) - 1;
        var cursorColumn = Columns.Of(toCursor[(toCursor.LastIndexOf('\n') + 1)..]) % columns;
        if (Columns.Of(toCursor[(toCursor.LastIndexOf('\n') + 1)..]) is > 0 and var full && full % columns == 0)
        {
            cursorColumn = columns - 1;
        }

        _rowsAboveCursor = above + cursorRow;
        return partial + (above > 0 ? Ansi.Reset + "\n" : "") + shown
            + "\r" + Ansi.Up(rows - 1 - cursorRow) + (cursorColumn > 0 ? $"\e[{cursorColumn}C" : "");
    }

    private static int Rows(string text, int columns) =>
        text.Split('\n').Sum(line => Math.Max(1, (Columns.Of(line) + columns - 1) / columns));
}
