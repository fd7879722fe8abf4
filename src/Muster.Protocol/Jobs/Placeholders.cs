using System.Globalization;
using System.Text;

namespace Muster.Protocol.Jobs;

/// <summary>
/// What stands in command, inputs, outputs and environment for what differs between the tasks of an array: <c>${index}</c> and
/// <c>${array.count}</c>. <c>$$</c> is one dollar sign; a dollar sign before anything else is itself.
/// </summary>
public static class Placeholders
{
    public const string Index = "index";
    public const string Count = "array.count";

    public static IReadOnlyList<string> Names { get; } = [Index, Count];

    /// <returns>The first name that is not known, "" where a brace is not closed, and null when all is well.</returns>
    public static string? Mistake(string text)
    {
        for (var at = text.IndexOf('$'); at >= 0 && at + 1 < text.Length; at = Next(text, at))
        {
            if (text[at + 1] == '{')
            {
                var close = text.IndexOf('}', at);
                var name = close < 0 ? "" : text[(at + 2)..close];
                if (!Names.Contains(name))
                {
                    return name;
                }
            }
        }

        return null;
    }

    public static bool HasIndex(string text) => Fill(text, 0, 0) != Fill(text, 1, 0);

    /// <exception cref="FormatException">There is a name in it that is not known.</exception>
    public static string Fill(string text, long index, long count)
    {
        if (!text.Contains('$'))
        {
            return text;
        }

        var filled = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var next = text[i] == '$' && i + 1 < text.Length ? text[i + 1] : '\0';
            if (next == '{')
            {
                var close = text.IndexOf('}', i);
                filled.Append(close < 0 ? throw Unknown(text[i..]) : Value(text[(i + 2)..close], index, count));
                i = close;
                continue;
            }

            filled.Append(text[i]);
            i += next == '$' ? 1 : 0;
        }

        return filled.ToString();
    }

    private static int Next(string text, int at) =>
        at + 2 < text.Length ? text.IndexOf('$', text[at + 1] is '$' or '{' ? at + 2 : at + 1) : -1;

    private static string Value(string name, long index, long count) => name switch
    {
        Index => index.ToString(CultureInfo.InvariantCulture),
        Count => count.ToString(CultureInfo.InvariantCulture),
        _ => throw Unknown("${" + name + "}"),
    };

    private static FormatException Unknown(string text) => new($"{text} is not known: use ${{{Index}}} or ${{{Count}}}, and $$ for a dollar sign.");
}
