using System.Text;

namespace Muster.Cli.Terminal;

/// <summary>Ends lines between words while text streams in; East Asian text may end a line at any letter, escape sequences take no room.</summary>
/// <param name="hard">Words that are wider than a line are cut; otherwise they stay whole, so that an address can be copied.</param>
internal sealed class WordWrap(int width, bool hard = false)
{
    // What must not begin a line.
    private const string Closing = "，。、；：？！）】》」』”’…·～";

    private readonly StringBuilder _word = new();
    private readonly StringBuilder _gap = new();
    private int _column;
    private bool _empty = true;
    private bool _wide;

    public int Width { get; set; } = width;

    /// <summary>Begins each further line of a paragraph.</summary>
    public string Hang { get; set; } = "";

    /// <summary>The text as lines, for what does not stream.</summary>
    public static string Of(string text, int width, string hang, bool hard = false)
    {
        var output = new StringBuilder();
        var wrap = new WordWrap(width, hard) { Hang = hang };
        wrap.Write(text, output);
        wrap.Flush(output);
        return output.ToString();
    }

    public void Write(string text, StringBuilder output)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\e')
            {
                var end = Columns.SkipSequence(text, i);
                _word.Append(text, i, Math.Min(end + 1, text.Length) - i);
                i = end;
            }
            else if (text[i] == '\n')
            {
                NewLine(output);
            }
            else if (text[i] is ' ' or '\t')
            {
                Flush(output);
                _gap.Append(text[i]);
            }
            else
            {
                i += Letter(text, i, output) - 1;
            }
        }
    }

    /// <summary>Puts out the word that may not have ended yet.</summary>
    public void Flush(StringBuilder output)
    {
        if (_word.Length == 0)
        {
            return;
        }

        var word = _word.ToString();
        _word.Clear();
        var columns = Columns.Of(word);
        if (columns > 0)
        {
            Place(columns, output);
            _empty = false;
        }

        if (hard && columns > Width)
        {
            Cut(word, output);
            return;
        }

        output.Append(word);
        _column += columns;
    }

    /// <summary>Text that keeps its own lines, as code does.</summary>
    public void Raw(string text, StringBuilder output)
    {
        Flush(output);
        output.Append(_gap).Append(text);
        _gap.Clear();
    }

    public void NewLine(StringBuilder output)
    {
        Flush(output);
        _gap.Clear();
        output.Append('\n');
        (_column, _empty, _wide) = (0, true, false);
    }

    private int Letter(string text, int at, StringBuilder output)
    {
        var length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        var wide = Rune.TryGetRuneAt(text, at, out var rune) && Columns.Of(rune) == 2;
        if ((wide || _wide) && !Closing.Contains(text[at], StringComparison.Ordinal))
        {
            Flush(output);
        }

        _wide = wide;
        _word.Append(text, at, length);
        return length;
    }

    private void Place(int columns, StringBuilder output)
    {
        if (!_empty && _column + _gap.Length + columns > Width)
        {
            output.Append('\n').Append(Hang);
            _column = Columns.Of(Hang);
        }
        else
        {
            output.Append(_gap);
            _column += _gap.Length;
        }

        _gap.Clear();
    }

    private void Cut(string word, StringBuilder output)
    {
        foreach (var rune in word.EnumerateRunes())
        {
            if (_column > 0 && _column + Columns.Of(rune) > Width)
            {
                output.Append('\n').Append(Hang);
                _column = Columns.Of(Hang);
            }

            output.Append(rune.ToString());
            _column += Columns.Of(rune);
        }
    }
}
