using System.Text;

namespace Muster.Node.Artifacts.Work;

/// <summary>Which paths a work folder can have, with <c>/</c> between their parts: they stay inside it on every system, and a terminal can show them.</summary>
internal static class WorkPath
{
    public const int MostParts = 64;
    private const int MostBytes = 1024;

    /// <returns>Null, or why not, as the end of a sentence that begins with the path.</returns>
    public static string? Mistake(string path)
    {
        if (path.Length == 0 || Encoding.UTF8.GetByteCount(path) > MostBytes)
        {
            return $"is empty or longer than {MostBytes} bytes";
        }

        var parts = path.Split('/');
        return parts.Length > MostParts ? $"is more than {MostParts} folders deep"
            : path.Contains('\\', StringComparison.Ordinal) ? "has a backslash in it"
            : path.Any(IsStrange) ? "has a character in it that cannot be shown"
            : Array.Exists(parts, part => part is "" or "." or "..") ? "is absolute, or leads out of its folder"
            : null;
    }

    /// <summary>For a sentence: on one line, and without what a terminal would obey.</summary>
    public static string Shown(string path) =>
        string.Concat((path.Length > 200 ? path[..200] + "…" : path).Select(letter => IsStrange(letter) ? '?' : letter));

    // Control characters, what stands for bytes that are no text, and what turns the direction of writing.
    private static bool IsStrange(char letter) =>
        char.IsControl(letter) || letter is '\uFFFD' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
