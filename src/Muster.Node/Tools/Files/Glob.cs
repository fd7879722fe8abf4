using System.Text;
using System.Text.RegularExpressions;

namespace Muster.Node.Tools.Files;

/// <summary>
/// <c>*.cs</c> fits a name in any folder; with a slash (<c>src/**/*.cs</c>) the whole path from where the search began.
/// </summary>
internal sealed class Glob
{
    private readonly Regex _regex;
    private readonly bool _wholePath;

    public Glob(string pattern, bool anyCase = false)
    {
        _wholePath = pattern.Contains('/', StringComparison.Ordinal);
        var regex = new StringBuilder(anyCase ? "(?i)^" : "^");
        for (var i = 0; i < pattern.Length; i++)
        {
            if (string.CompareOrdinal(pattern, i, "**/", 0, 3) == 0)
            {
                regex.Append("(.*/)?");
                i += 2;
            }
            else if (string.CompareOrdinal(pattern, i, "**", 0, 2) == 0)
            {
                regex.Append(".*");
                i++;
            }
            else
            {
                regex.Append(pattern[i] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    '{' => "(",
                    '}' => ")",
                    ',' => "|",
                    var c => Regex.Escape(c.ToString()),
                });
            }
        }

        try
        {
            _regex = new Regex(regex.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException)
        {
            _regex = new Regex("^" + Regex.Escape(pattern) + "$", RegexOptions.NonBacktracking);
        }
    }

    /// <param name="path">Relative to where the search began, with <c>/</c>.</param>
    public bool Fits(string path) => _regex.IsMatch(_wholePath ? path : path[(path.LastIndexOf('/') + 1)..]);
}
