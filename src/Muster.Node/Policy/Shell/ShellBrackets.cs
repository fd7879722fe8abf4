using System.Text;

namespace Muster.Node.Policy.Shell;

/// <summary>Finds where something closes in a script that opens in it, past quotes and what is nested inside.</summary>
internal static class ShellBrackets
{
    // Beyond this, brackets are counted and no more.
    private const int Deepest = 64;

    /// <param name="open">Where the bracket is that opens.</param>
    /// <returns>Where the bracket is that closes it; the script's length where none does.</returns>
    public static int Close(string script, int open, int depth = 0)
    {
        var (opens, closes) = (script[open], script[open] switch { '(' => ')', '[' => ']', _ => '}' });
        var nesting = 0;
        for (var at = open; at < script.Length; at++)
        {
            if (script[at] == opens)
            {
                nesting++;
            }
            else if (script[at] == closes && --nesting == 0)
            {
                return at;
            }
            else
            {
                at = Skip(script, at, depth);
            }
        }

        return script.Length;
    }

    /// <summary>The end of a line for a shell: a line feed in quotes or brackets is none.</summary>
    public static int LineEnd(string script, int at)
    {
        for (; at < script.Length && script[at] != '\n'; at++)
        {
            at = script[at] == '#' && at > 0 && script[at - 1] is ' ' or '\t' or ';' or '&' or '|' ? Before(script, '\n', at) : Skip(script, at, 0);
        }

        return Math.Min(at, script.Length);
    }

    /// <summary>From a quote to the next of its kind, which is left behind; both are dropped.</summary>
    public static string Until(string script, ref int at, char close, bool escapes)
    {
        var inner = new StringBuilder();
        for (at++; at < script.Length && script[at] != close; at++)
        {
            if (escapes && script[at] == '\\' && at + 1 < script.Length)
            {
                _ = script[at + 1] == close && close == '`' ? inner : inner.Append('\\');
                at++;
            }

            inner.Append(script[at]);
        }

        at++;
        return inner.ToString();
    }

    // The last character of what begins here: of quotes, of an escape, of brackets in it; else this one.
    private static int Skip(string script, int at, int depth) => script[at] switch
    {
        '\\' => at + 1,
        // One that nothing ends, as in a comment, is a letter.
        '\'' => script.IndexOf('\'', at + 1) is var end and > 0 ? end : at,
        '"' => Quoted(script, at, depth),
        '`' => Unescaped(script, '`', at + 1),
        '$' when at + 1 < script.Length => script[at + 1] switch
        {
            '\'' => Unescaped(script, '\'', at + 2),
            '(' or '{' when depth < Deepest => Close(script, at + 1, depth + 1),
            _ => at,
        },
        _ => at,
    };

    private static int Quoted(string script, int at, int depth)
    {
        for (at++; at < script.Length && script[at] != '"'; at++)
        {
            at = script[at] is '\\' or '`' or '$' && !(script[at] == '$' && at + 1 < script.Length && script[at + 1] == '\'') ? Skip(script, at, depth) : at;
        }

        return at;
    }

    private static int Unescaped(string script, char close, int at)
    {
        for (; at < script.Length && script[at] != close; at++)
        {
            at += script[at] == '\\' ? 1 : 0;
        }

        return at;
    }

    private static int Before(string script, char wanted, int at) => (script.IndexOf(wanted, at) is var found and >= 0 ? found : script.Length) - 1;
}
