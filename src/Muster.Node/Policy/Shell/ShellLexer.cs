using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Node.Policy.Shell;

/// <summary>Cuts a script into words and operators by the rules of POSIX shells. Never fails: what is left open ends at the end.</summary>
internal sealed partial class ShellLexer(string script, ShellVariables variables, int depth = 0)
{
    private static readonly string[] _operators = ["&&", "||", ";;", "|&", ";", "&", "|", "(", ")"];
    private static readonly string[] _redirects = ["&>>", "&>", "<<<", "<<-", "<<", ">>", ">|", ">&", "<&", "<>", ">", "<"];

    private const int Deepest = 12;
    private const int LongestIndex = 4096;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _raw = new();
    private readonly StringBuilder _ifUnset = new();
    private List<string> _nested = [];
    private bool _split;
    private bool _quoted;
    private string _script = script;
    private int _at;

    /// <summary>Whether a closing bracket comes next, as it does in <c>name ( )</c>.</summary>
    public bool ClosesNext => _script.AsSpan(Math.Min(_at, _script.Length)).TrimStart(" \t").StartsWith(")");

    public ShellToken? Next()
    {
        SkipBlanks();
        if (_at >= _script.Length)
        {
            return null;
        }

        if (_script[_at] == '\n')
        {
            _at++;
            return Operator("\n");
        }

        if (_script[_at] is '<' or '>' && Peek(1) == '(')
        {
            _at += 2;
            return Operator("(");
        }

        if (_redirects.FirstOrDefault(At) is { } redirect)
        {
            _at += redirect.Length;
            return new ShellToken(ShellTokenKind.Redirect, redirect, redirect, Split: false, []);
        }

        if (_operators.FirstOrDefault(At) is { } @operator)
        {
            _at += @operator.Length;
            return Operator(@operator);
        }

        return Word();
    }

    /// <summary>Reads the delimiter that comes next, and takes its lines out of the script; the rest of the current line stays to be read.</summary>
    public HereDocument TakeHereDocument(bool strips) => HereDocument.Take(ref _script, ref _at, strips);

    /// <summary>Of <c>((</c>, whose first bracket was read: all up to the one that closes it. What this is depends on more than a shell's words.</summary>
    public string Bracketed()
    {
        var end = ShellBrackets.Close(_script, _at - 1);
        var inner = _script[_at..end];
        _at = Math.Min(end + 1, _script.Length);
        return inner;
    }

    /// <summary>Whether the bracket that was read is the first of <c>((</c>.</summary>
    public bool OpensTwice => _at > 0 && _at < _script.Length && _script[_at] == '(' && _script[_at - 1] == '(';

    /// <summary>The next word may be an assignment, with anything in its <c>[…]</c>.</summary>
    public bool MayAssign { get; set; }

    /// <summary>Reads it as the inside of double quotes, where a quote itself means nothing: a here-document, the word in <c>${name:-word}</c>.</summary>
    public ShellToken Inside()
    {
        while (_at < _script.Length)
        {
            Soft();
        }

        return WordToken();
    }

    private ShellToken WordToken()
    {
        var (text, raw) = (_text.ToString(), _raw.ToString());
        return new ShellToken(ShellTokenKind.Word, text, raw, _split, _nested)
        {
            Word = new ShellWord(text, raw) { IfUnset = _ifUnset.ToString() },
        };
    }

    private ShellToken Word()
    {
        _text.Clear();
        _raw.Clear();
        _ifUnset.Clear();
        (_nested, _split, _quoted) = ([], false, false);
        while (_at < _script.Length && _script[_at] is not (' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')'))
        {
            if (_script[_at] == '[' && MayAssign && !_quoted && IsName(_text.ToString()) && Index())
            {
                continue;
            }

            Part(_script[_at]);
        }

        var text = _text.ToString();
        if (text.All(char.IsAsciiDigit) && text.Length > 0 && _redirects.FirstOrDefault(At) is { } redirect)
        {
            _at += redirect.Length;
            return new ShellToken(ShellTokenKind.Redirect, redirect, redirect, Split: false, []);
        }

        return WordToken();
    }

    private void Part(char c)
    {
        _quoted |= c is '\'' or '"' or '\\';
        switch (c)
        {
            case '\'':
                Literal(Until('\'', escapes: false));
                break;
            case '"':
                Quoted();
                break;
            case '`':
                Nest(Until('`', escapes: true), quoted: false);
                break;
            case '$':
                Dollar(quoted: false);
                break;
            case '\\':
                _at++;
                if (_at < _script.Length && _script[_at] != '\n')
                {
                    Literal(_script[_at].ToString(), "\\" + _script[_at]);
                }
                else if (_at >= _script.Length)
                {
                    _raw.Append('\\');
                }

                _at++;
                break;
            default:
                Literal(c.ToString());
                _at++;
                break;
        }
    }

    // a[1 << 2]=x is one word.
    private bool Index()
    {
        var near = _script.Substring(_at, Math.Min(LongestIndex, _script.Length - _at));
        var end = ShellBrackets.Close(near, 0);
        if (end == LongestIndex)
        {
            variables.GiveUp();
        }

        if (end == near.Length)
        {
            return false;
        }

        Arithmetic(near[1..end]);
        Literal(near[..(end + 1)]);
        _at += end + 1;
        return true;
    }

    // Whatever is reckoned there, commands in it are run; a smaller shell may not know it, and find more of them.
    private void Arithmetic(string inner)
    {
        if (!MayRead(inner))
        {
            return;
        }

        _nested.AddRange(new ShellLexer(inner, variables, depth + 1).Inside().Nested);
        if (inner.AsSpan().IndexOfAny(";&|\n") >= 0)
        {
            _nested.Add(inner);
        }
    }

    private bool MayRead(string inner)
    {
        if (depth == Deepest)
        {
            variables.GiveUp();
        }

        return variables.MayRead(inner.Length);
    }

    private void Quoted()
    {
        for (_at++; _at < _script.Length && _script[_at] != '"';)
        {
            Soft();
        }

        _at++;
    }

    private void Soft()
    {
        if (_script[_at] == '$')
        {
            Dollar(quoted: true);
        }
        else if (_script[_at] == '`')
        {
            Nest(Until('`', escapes: true), quoted: true);
        }
        else if (_script[_at] == '\\' && Peek(1) is '$' or '`' or '"' or '\\')
        {
            Literal(Peek(1).ToString(), "\\" + Peek(1));
            _at += 2;
        }
        else
        {
            Literal(_script[_at++].ToString());
        }
    }

    private void Dollar(bool quoted)
    {
        switch (Peek(1))
        {
            case '(':
                var inner = Balanced();
                Nest(inner, quoted);
                if (inner.StartsWith('('))
                {
                    Arithmetic(inner);
                }

                break;
            case '[':
                Arithmetic(Balanced());
                Literal("$[...]");
                break;
            case '{':
                Braced(Balanced(), quoted);
                break;
            case '\'' when !quoted:
                _at++;
                Literal(AnsiQuoted.Decode(Until('\'', escapes: true)));
                break;
            case '"' when !quoted:
                _at++;
                break;
            case var digit when char.IsAsciiDigit(digit):
                _at += 2;
                Variable(digit.ToString(), variables.Value(digit.ToString()), quoted);
                break;
            case var next when char.IsAsciiLetter(next) || next == '_':
                var end = _at + 1;
                while (end < _script.Length && (char.IsAsciiLetterOrDigit(_script[end]) || _script[end] == '_'))
                {
                    end++;
                }

                var plain = _script[(_at + 1)..end];
                _at = end;
                Variable(plain, variables.Value(plain), quoted);
                break;
            default:
                Literal("$");
                _at++;
                break;
        }
    }

    // ${name}, and ${name:-word} with its kin: whatever the operator is, its word may hold commands.
    private void Braced(string inner, bool quoted)
    {
        var name = new string([.. inner.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_')]);
        var rest = inner[name.Length..];
        if (!MayRead(rest))
        {
            return;
        }

        var inside = new ShellLexer(rest, variables, depth + 1).Inside();
        _nested.AddRange(inside.Nested);
        var colon = rest.StartsWith(':');
        var word = inside.Text[Math.Min(colon ? 2 : 1, inside.Text.Length)..].Trim('"', '\'');
        var value = variables.Value(name) is { } known && !(colon && known.Length == 0) ? known : null;
        switch (rest.TrimStart(':'))
        {
            case ['-', ..]:
                Variable(name, value ?? word, quoted);
                break;
            case ['=', ..]:
                variables.Set(name, value ?? word);
                Variable(name, value ?? word, quoted);
                break;
            case ['+', ..]:
                Variable(name, word, quoted);
                break;
            case ['?', ..]:
                Variable(name, value, quoted, sureToBeSet: true);
                break;
            default:
                Variable(name, variables.Value(name), quoted);
                break;
        }
    }

    private void Variable(string name, string? value, bool quoted, bool sureToBeSet = false)
    {
        _split |= !quoted && value?.Contains(' ', StringComparison.Ordinal) == true;
        var text = value ?? "$" + name;
        Literal(text, text, value is null && !sureToBeSet && name is not ("HOME" or "PWD") ? "" : text);
    }

    private void Nest(string inner, bool quoted)
    {
        _nested.Add(inner);
        var said = Said().Match(inner).Groups[1];
        _split |= !quoted && said.Value.Contains(' ', StringComparison.Ordinal);
        Literal(said.Success ? said.Value : "$(...)");
    }

    private void Literal(string text) => Literal(text, text);

    private void Literal(string text, string raw, string? ifUnset = null)
    {
        _text.Append(text);
        _raw.Append(raw);
        _ifUnset.Append(ifUnset ?? text);
    }

    private string Until(char close, bool escapes) => ShellBrackets.Until(_script, ref _at, close, escapes);

    // What stands in the brackets behind the $ here.
    private string Balanced()
    {
        var start = _at + 2;
        _at = ShellBrackets.Close(_script, _at + 1);
        var inner = _script[Math.Min(start, _script.Length).._at];
        _at++;
        return inner;
    }

    private void SkipBlanks()
    {
        while (_at < _script.Length)
        {
            if (_script[_at] is ' ' or '\t')
            {
                _at++;
            }
            else if (_script[_at] == '\\' && Peek(1) == '\n')
            {
                _at += 2;
            }
            else if (_script[_at] == '#')
            {
                _at = _script.IndexOf('\n', _at) is var end and >= 0 ? end : _script.Length;
            }
            else
            {
                return;
            }
        }
    }

    private static bool IsName(string text) => text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');

    private static ShellToken Operator(string text) => new(ShellTokenKind.Operator, text, text, Split: false, []);

    private bool At(string expected) => string.CompareOrdinal(_script, _at, expected, 0, expected.Length) == 0;

    private char Peek(int ahead) => _at + ahead < _script.Length ? _script[_at + ahead] : '\0';

    // A substitution that only says a text is that text.
    [GeneratedRegex("""^\s*(?:echo|printf)\s+(?:-\w+\s+)?["']?([^;|&<>`$()\\%"'\n]*)["']?\s*$""", RegexOptions.NonBacktracking)]
    private static partial Regex Said();
}
