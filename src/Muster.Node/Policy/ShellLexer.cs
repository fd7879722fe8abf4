using System.Text;

namespace Muster.Node.Policy;

internal enum ShellTokenKind
{
    Word,
    Operator,
    Redirect,
}

/// <param name="Split">It came from an unquoted variable, so a shell would split it at spaces.</param>
/// <param name="Nested">Scripts of $(...) and `...` inside.</param>
internal sealed record ShellToken(ShellTokenKind Kind, string Text, string Raw, bool Split, IReadOnlyList<string> Nested);

/// <summary>Cuts a script into words and operators by the rules of POSIX shells. Never fails: what is left open ends at the end.</summary>
internal sealed class ShellLexer(string script, IReadOnlyDictionary<string, string> variables)
{
    private static readonly string[] _operators = ["&&", "||", ";;", "|&", ";", "&", "|", "(", ")"];
    private static readonly string[] _redirects = ["&>>", "&>", "<<<", "<<-", "<<", ">>", ">|", ">&", "<&", "<>", ">", "<"];

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _raw = new();
    private List<string> _nested = [];
    private bool _split;
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

    /// <summary>The lines up to one that is the delimiter alone; the rest of the current line stays to be read.</summary>
    public string HereDocument(string delimiter)
    {
        var start = _script.IndexOf('\n', _at) + 1;
        if (start == 0)
        {
            return "";
        }

        var body = new StringBuilder();
        var at = start;
        while (at < _script.Length)
        {
            var end = _script.IndexOf('\n', at) is var found and >= 0 ? found : _script.Length;
            var line = _script[at..end];
            at = Math.Min(end + 1, _script.Length);
            if (line.TrimStart('\t') == delimiter)
            {
                break;
            }

            body.Append(line).Append('\n');
        }

        _script = _script[..start] + _script[at..];
        return body.ToString();
    }

    private ShellToken Word()
    {
        _text.Clear();
        _raw.Clear();
        (_nested, _split) = ([], false);
        while (_at < _script.Length && _script[_at] is not (' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')'))
        {
            Part(_script[_at]);
        }

        var text = _text.ToString();
        if (text.All(char.IsAsciiDigit) && text.Length > 0 && _redirects.FirstOrDefault(At) is { } redirect)
        {
            _at += redirect.Length;
            return new ShellToken(ShellTokenKind.Redirect, redirect, redirect, Split: false, []);
        }

        return new ShellToken(ShellTokenKind.Word, text, _raw.ToString(), _split, _nested);
    }

    private void Part(char c)
    {
        switch (c)
        {
            case '\'':
                Literal(Until('\'', escapes: false));
                break;
            case '"':
                Quoted();
                break;
            case '`':
                Nest(Until('`', escapes: true));
                break;
            case '$':
                Dollar(quoted: false);
                break;
            case '\\':
                _at++;
                if (_at < _script.Length && _script[_at] != '\n')
                {
                    _text.Append(_script[_at]);
                    _raw.Append('\\').Append(_script[_at]);
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

    private void Quoted()
    {
        for (_at++; _at < _script.Length && _script[_at] != '"';)
        {
            if (_script[_at] == '$')
            {
                Dollar(quoted: true);
            }
            else if (_script[_at] == '`')
            {
                Nest(Until('`', escapes: true));
            }
            else if (_script[_at] == '\\' && Peek(1) is '$' or '`' or '"' or '\\')
            {
                _text.Append(Peek(1));
                _raw.Append('\\').Append(Peek(1));
                _at += 2;
            }
            else
            {
                Literal(_script[_at++].ToString());
            }
        }

        _at++;
    }

    private void Dollar(bool quoted)
    {
        switch (Peek(1))
        {
            case '(':
                Nest(Balanced('(', ')'));
                break;
            case '{':
                var inner = Balanced('{', '}');
                var name = new string([.. inner.TakeWhile(c => char.IsAsciiLetterOrDigit(c) || c == '_')]);
                var fallback = inner.IndexOf(":-", StringComparison.Ordinal);
                Variable(name, fallback >= 0 ? inner[(fallback + 2)..] : null, quoted);
                break;
            case '\'' when !quoted:
                _at++;
                Literal(AnsiQuoted.Decode(Until('\'', escapes: true)));
                break;
            case '"' when !quoted:
                _at++;
                break;
            case var next when char.IsAsciiLetter(next) || next == '_':
                var end = _at + 1;
                while (end < _script.Length && (char.IsAsciiLetterOrDigit(_script[end]) || _script[end] == '_'))
                {
                    end++;
                }

                var plain = _script[(_at + 1)..end];
                _at = end;
                Variable(plain, fallback: null, quoted);
                break;
            default:
                Literal("$");
                _at++;
                break;
        }
    }

    private void Variable(string name, string? fallback, bool quoted)
    {
        var value = variables.GetValueOrDefault(name) ?? fallback;
        _split |= !quoted && value?.Contains(' ', StringComparison.Ordinal) == true;
        Literal(value ?? "$" + name);
    }

    private void Nest(string inner)
    {
        _nested.Add(inner);
        Literal("$(...)");
    }

    private void Literal(string text)
    {
        _text.Append(text);
        _raw.Append(text);
    }

    // From the opening character to the next closing one, which is left behind; both are dropped.
    private string Until(char close, bool escapes)
    {
        var inner = new StringBuilder();
        for (_at++; _at < _script.Length && _script[_at] != close; _at++)
        {
            if (escapes && _script[_at] == '\\' && _at + 1 < _script.Length)
            {
                _ = _script[_at + 1] == close && close == '`' ? inner : inner.Append('\\');
                _at++;
            }

            inner.Append(_script[_at]);
        }

        _at++;
        return inner.ToString();
    }

    private string Balanced(char open, char close)
    {
        var start = _at + 2;
        var depth = 0;
        for (_at++; _at < _script.Length; _at++)
        {
            if (_script[_at] == '\\')
            {
                _at++;
            }
            else if (_script[_at] is '\'' or '"' && _script.IndexOf(_script[_at], _at + 1) is var end and > 0)
            {
                _at = end;
            }
            else if (_script[_at] == open)
            {
                depth++;
            }
            else if (_script[_at] == close && --depth == 0)
            {
                break;
            }
        }

        var inner = _script[Math.Min(start, _script.Length)..Math.Min(_at, _script.Length)];
        _at++;
        return inner;
    }

    private void SkipBlanks()
    {
        while (_at < _script.Length)
        {
            if (_script[_at] is ' ' or '\t' or '\r')
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

    private static ShellToken Operator(string text) => new(ShellTokenKind.Operator, text, text, Split: false, []);

    private bool At(string expected) => string.CompareOrdinal(_script, _at, expected, 0, expected.Length) == 0;

    private char Peek(int ahead) => _at + ahead < _script.Length ? _script[_at + ahead] : '\0';
}
