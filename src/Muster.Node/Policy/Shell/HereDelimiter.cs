using System.Text;

namespace Muster.Node.Policy.Shell;

/// <summary>The line that ends a here-document. Nothing is filled in there: <c>&lt;&lt;$x</c> ends at a line that is <c>$x</c>.</summary>
/// <param name="Text">With its quotes taken off.</param>
/// <param name="IsPlain">False where shells may differ about what it is.</param>
internal sealed record HereDelimiter(string Text, bool IsQuoted, bool IsPlain)
{
    /// <param name="at">Before it; afterwards behind it.</param>
    public static HereDelimiter Take(string script, ref int at)
    {
        var text = new StringBuilder();
        var (quoted, isPlain, quote) = (false, true, '\0');
        while (at < script.Length && script[at] is ' ' or '\t')
        {
            at++;
        }

        for (; at < script.Length && (quote != '\0' || script[at] is not (' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')')); at++)
        {
            var letter = script[at];
            var following = at + 1 < script.Length ? script[at + 1] : '\0';
            isPlain &= letter is not ('`' or '\n') && !(letter == '$' && following is '(' or '{' or '[' or '\'' or '"') && !(letter == '\\' && following == '\n');
            if (letter == quote || (quote == '\0' && letter is '\'' or '"'))
            {
                (quote, quoted) = (quote == '\0' ? letter : '\0', true);
            }
            else if (letter == '\\' && (quote == '\0' || (quote == '"' && following is '"' or '\\' or '$' or '`')))
            {
                quoted = true;
                text.Append(following);
                at++;
            }
            else
            {
                text.Append(letter);
            }
        }

        at = Math.Min(at, script.Length);
        return new HereDelimiter(text.ToString(), quoted, isPlain);
    }
}
