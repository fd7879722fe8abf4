using System.Text;

namespace Muster.Cli.Terminal;

/// <summary>Text that is being edited, and where the cursor stands in it. Moves by whole characters, emoji included.</summary>
internal sealed class LineBuffer
{
    private readonly StringBuilder _text = new();

    public string Text => _text.ToString();

    public int Cursor { get; private set; }

    public bool IsEmpty => _text.Length == 0;

    public void Insert(string text)
    {
        _text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    public void Replace(string text)
    {
        _text.Clear().Append(text);
        Cursor = text.Length;
    }

    public void Left() => Cursor = Before(Cursor);

    public void Right() => Cursor = After(Cursor);

    public void Home() => Cursor = Text.LastIndexOf('\n', Math.Max(0, Cursor - 1)) is var line && Cursor > 0 ? line + 1 : 0;

    public void End() => Cursor = Text.IndexOf('\n', Cursor) is >= 0 and var line ? line : _text.Length;

    public void Backspace() => Remove(Before(Cursor), Cursor);

    public void Delete() => Remove(Cursor, After(Cursor));

    public void DeleteWord() => Remove(WordStart(), Cursor);

    public void DeleteToStart() => Remove(0, Cursor);

    public void DeleteToEnd() => Remove(Cursor, _text.Length);

    public void WordLeft() => Cursor = WordStart();

    public void WordRight()
    {
        while (Cursor < _text.Length && char.IsWhiteSpace(_text[Cursor]))
        {
            Cursor++;
        }

        while (Cursor < _text.Length && !char.IsWhiteSpace(_text[Cursor]))
        {
            Cursor++;
        }
    }

    private void Remove(int from, int to)
    {
        _text.Remove(from, to - from);
        Cursor = from;
    }

    private int WordStart()
    {
        var at = Cursor;
        while (at > 0 && char.IsWhiteSpace(_text[at - 1]))
        {
            at--;
        }

        while (at > 0 && !char.IsWhiteSpace(_text[at - 1]))
        {
            at--;
        }

        return at;
    }

    private int Before(int at) => at switch
    {
        0 => 0,
        >= 2 when char.IsLowSurrogate(_text[at - 1]) && char.IsHighSurrogate(_text[at - 2]) => at - 2,
        _ => at - 1,
    };

    private int After(int at) => at >= _text.Length
        ? _text.Length
        : at + (char.IsHighSurrogate(_text[at]) && at + 1 < _text.Length ? 2 : 1);
}
