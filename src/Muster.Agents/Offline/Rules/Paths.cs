using System.Text.RegularExpressions;

namespace Muster.Agents.Offline.Rules;

internal static partial class Paths
{
    /// <summary>The folder that a request means; words for "here" and nothing at all are the working folder.</summary>
    public static string Folder(Match match)
    {
        var path = match.Groups["path"].Value.Trim();
        return path.Length == 0 || Here.IsMatch(path) ? "." : path;
    }

    public static string File(Match match) => match.Groups["path"].Value.Trim();

    [GeneratedRegex("^(?:here|there|this|it|current|working|(?:the |this |my )?(?:current|working|this)? ?(?:folder|directory|dir)|当前|这里|这个|这|此|本|工作|当前工作)$", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex Here { get; }
}
