using System.Text;

namespace Muster.Cli.Jobs.Logs;

/// <summary>
/// What a program printed, made fit for another's terminal: text and colours pass, every other control sequence is left out, so that
/// nothing moves the cursor, renames the window or answers in its place. Pieces may end anywhere.
/// </summary>
internal sealed class ColourOnly(bool colour)
{
    private const int LongestStyle = 64;
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _style = new();
    private State _state;
    private bool _return;
    private bool _styled;

    private enum State
    {
        Text,
        Escape,
        Style,
        Words,
        WordsEscape,
    }

    public string Clean(ReadOnlySpan<byte> bytes)
    {
        var letters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _decoder.GetChars(bytes, letters, flush: false);
        var clean = new StringBuilder(letters.Length);
        foreach (var letter in letters)
        {
            Take(letter, clean);
        }

        return clean.ToString();
    }

    /// <summary>What ends a style that the program left on.</summary>
    public string End() => _styled ? Terminal.Ansi.Reset : "";

    private void Take(char letter, StringBuilder clean)
    {
        switch (_state)
        {
            case State.Text:
                Text(letter, clean);
                break;
            case State.Escape:
                _state = letter switch
                {
                    '[' => State.Style,
                    ']' or 'P' or 'X' or '^' or '_' => State.Words, // a title and the like, up to its end
                    >= ' ' and <= '/' => State.Escape,
                    _ => State.Text,
                };
                _style.Clear();
                break;
            case State.Style:
                Style(letter, clean);
                break;
            case State.Words:
                _state = letter switch { '\a' or '\x9c' => State.Text, '\e' => State.WordsEscape, _ => State.Words };
                break;
            case State.WordsEscape:
                _state = letter == '\\' ? State.Text : State.Words;
                break;
        }
    }

    private void Text(char letter, StringBuilder clean)
    {
        // A lone carriage return would write over the line.
        if (_return && letter != '\n')
        {
            clean.Append('\n');
        }

        _return = letter == '\r';
        if (letter == '\e')
        {
            _state = State.Escape;
        }
        else if (letter is '\n' or '\t' || !char.IsControl(letter))
        {
            clean.Append(letter);
        }
    }

    private void Style(char letter, StringBuilder clean)
    {
        if (letter is < '@' or > '~')
        {
            if (_style.Length <= LongestStyle)
            {
                _style.Append(letter);
            }

            return;
        }

        _state = State.Text;
        var parameters = _style.ToString();
        if (letter == 'm' && colour && parameters.Length <= LongestStyle && parameters.All(part => char.IsAsciiDigit(part) || part is ';' or ':'))
        {
            clean.Append("\e[").Append(parameters).Append('m');
            _styled = parameters is not ("" or "0");
        }
    }
}
