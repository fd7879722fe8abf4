namespace Muster.Cli.Terminal;

internal enum LineAction
{
    /// <summary>The text changed or the cursor moved.</summary>
    Edited,
    Submitted,
    Stop,
    Leave,
}

/// <summary>From keys to text: editing, history, several lines by paste or Alt-Enter. No package for this restores, so it is kept small here.</summary>
/// <param name="words">What Tab completes: commands with their slash, machines with their @.</param>
internal sealed class LineEditor(InputHistory history, IReadOnlyList<string> words)
{
    private readonly LineBuffer _buffer = new();

    public LineBuffer Buffer => _buffer;

    /// <summary>The text that <see cref="LineAction.Submitted"/> ended.</summary>
    public string Submitted { get; private set; } = "";

    /// <param name="more">More keys are waiting: this is a paste, and Enter in it is a new line.</param>
    public LineAction Press(ConsoleKeyInfo key, bool more)
    {
        var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
        var alt = key.Modifiers.HasFlag(ConsoleModifiers.Alt);
        switch (key.Key)
        {
            case ConsoleKey.Enter when more || alt:
            case ConsoleKey.J when control && more:
                _buffer.Insert("\n");
                return LineAction.Edited;
            case ConsoleKey.Enter or ConsoleKey.J when key.Key == ConsoleKey.Enter || control:
                return Submit();
            case ConsoleKey.Escape:
            case ConsoleKey.C when control:
                return LineAction.Stop;
            case ConsoleKey.D when control && _buffer.IsEmpty:
                return LineAction.Leave;
            default:
                Edit(key, control, alt);
                return LineAction.Edited;
        }
    }

    private LineAction Submit()
    {
        var text = _buffer.Text.Trim();
        if (text.Length == 0)
        {
            return LineAction.Edited;
        }

        Submitted = text;
        history.Add(text);
        _buffer.Replace("");
        return LineAction.Submitted;
    }

    private void Edit(ConsoleKeyInfo key, bool control, bool alt)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when control || alt: _buffer.WordLeft(); break;
            case ConsoleKey.RightArrow when control || alt: _buffer.WordRight(); break;
            case ConsoleKey.B when control:
            case ConsoleKey.LeftArrow: _buffer.Left(); break;
            case ConsoleKey.F when control:
            case ConsoleKey.RightArrow: _buffer.Right(); break;
            case ConsoleKey.A when control:
            case ConsoleKey.Home: _buffer.Home(); break;
            case ConsoleKey.E when control:
            case ConsoleKey.End: _buffer.End(); break;
            case ConsoleKey.H when control && key.KeyChar != '\b': _buffer.Backspace(); break;
            case ConsoleKey.W when control:
            case ConsoleKey.Backspace when control || alt: _buffer.DeleteWord(); break;
            case ConsoleKey.Backspace: _buffer.Backspace(); break;
            case ConsoleKey.D when control:
            case ConsoleKey.Delete: _buffer.Delete(); break;
            case ConsoleKey.U when control: _buffer.DeleteToStart(); break;
            case ConsoleKey.K when control: _buffer.DeleteToEnd(); break;
            case ConsoleKey.P when control:
            case ConsoleKey.UpArrow: Recall(history.Older(_buffer.Text)); break;
            case ConsoleKey.N when control:
            case ConsoleKey.DownArrow: Recall(history.Newer()); break;
            case ConsoleKey.Tab: Complete(); break;
            default:
                if (key.KeyChar != '\0' && !char.IsControl(key.KeyChar))
                {
                    _buffer.Insert(key.KeyChar.ToString());
                }

                break;
        }
    }

    private void Complete()
    {
        var before = _buffer.Text[.._buffer.Cursor];
        var word = before[(before.LastIndexOfAny([' ', '\n']) + 1)..];
        if (word is not ['/' or '@', ..])
        {
            _buffer.Insert("  ");
            return;
        }

        var found = words.Where(known => known.StartsWith(word, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found.Count > 0)
        {
            _buffer.Insert(found.Aggregate(Common)[word.Length..] + (found.Count == 1 ? " " : ""));
        }
    }

    private static string Common(string one, string other) =>
        one[..one.Zip(other).TakeWhile(pair => char.ToLowerInvariant(pair.First) == char.ToLowerInvariant(pair.Second)).Count()];

    private void Recall(string? entry)
    {
        if (entry is not null)
        {
            _buffer.Replace(entry);
        }
    }
}
