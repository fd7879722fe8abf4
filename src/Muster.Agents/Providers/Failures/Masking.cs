using System.Text.RegularExpressions;

namespace Muster.Agents.Providers.Failures;

/// <summary>Makes what an endpoint said fit to be shown: no keys, not too long.</summary>
internal static partial class Masking
{
    private const int Longest = 300;

    public static string Clean(string text, string? key)
    {
        var clean = string.IsNullOrEmpty(key) || key.Length < 4 ? text : text.Replace(key, "***", StringComparison.Ordinal);
        clean = KeyLike.Replace(clean, "***");
        if (clean.Length <= Longest)
        {
            return clean;
        }

        var end = char.IsHighSurrogate(clean[Longest - 1]) ? Longest - 1 : Longest;
        return clean[..end] + "…";
    }

    [GeneratedRegex(@"(?<=\bBearer\s+)\S{4,}|\bsk-[\w*.-]{4,}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex KeyLike { get; }
}
