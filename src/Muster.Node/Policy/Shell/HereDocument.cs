using System.Text;

namespace Muster.Node.Policy.Shell;

/// <summary>What stands in the script itself to be fed to a command: <c>&lt;&lt;EOF</c> and the lines up to one that is <c>EOF</c> alone.</summary>
/// <param name="Expands">No part of its delimiter is quoted: what is in it is filled in.</param>
/// <param name="IsSure">False where shells may differ about which lines it has.</param>
internal sealed record HereDocument(string Body, bool Expands, bool IsSure)
{
    /// <param name="at">Behind the operator; afterwards behind the delimiter.</param>
    /// <param name="script">Afterwards without the lines of the document.</param>
    /// <param name="strips">Tabs at the beginning of its lines do not count: <c>&lt;&lt;-</c>.</param>
    public static HereDocument Take(ref string script, ref int at, bool strips)
    {
        var (delimiter, quoted, isPlain) = HereDelimiter.Take(script, ref at);
        var start = ShellBrackets.LineEnd(script, at);
        var isSure = isPlain && start == (script.IndexOf('\n', at) is var first and >= 0 ? first : script.Length);
        if (start == script.Length)
        {
            return new HereDocument("", !quoted, isSure);
        }

        var body = new StringBuilder();
        var next = start + 1;
        while (next < script.Length)
        {
            var line = Line(script, ref next, joins: !quoted);
            line = strips ? line.TrimStart('\t') : line;
            if (line == delimiter)
            {
                break;
            }

            body.Append(line).Append('\n');
        }

        script = script[..(start + 1)] + script[next..];
        return new HereDocument(body.ToString(), !quoted, isSure);
    }

    // A backslash at its end joins it with the next, where the document is filled in.
    private static string Line(string script, ref int at, bool joins)
    {
        var line = new StringBuilder();
        while (true)
        {
            var end = script.IndexOf('\n', at) is var found and >= 0 ? found : script.Length;
            var part = script.AsSpan(at, end - at);
            at = Math.Min(end + 1, script.Length);
            if (!joins || (part.Length - part.TrimEnd('\\').Length) % 2 == 0 || at == script.Length)
            {
                return line.Append(part).ToString();
            }

            line.Append(part[..^1]);
        }
    }
}
