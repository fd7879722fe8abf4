using System.Text.RegularExpressions;

namespace Muster.Hub.Routing.Commands;

/// <summary>What stops a conversation before any queue: the command, or a word that means nothing else when it is the whole message.</summary>
public static partial class StopWords
{
    private const int LimitMilliseconds = 200;

    public static bool Is(string text) => Pattern().IsMatch(text);

    // Words behind the command change nothing; one that is addressed is a command like any other.
    [GeneratedRegex(@"^\s*(?:/stop(?:[\s:：].*)?|(?:/stop|stop|停|停止|停下)\s*[.!。！]*\s*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.Singleline, LimitMilliseconds)]
    private static partial Regex Pattern();
}
