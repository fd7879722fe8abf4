using System.Buffers;
using System.Text;

namespace Muster.Protocol.Archives;

/// <summary>Paths below a folder, with <c>/</c> between their parts, that stay below it on every system.</summary>
public static class ArchivePath
{
    private const int MaxPart = 255;
    private static readonly SearchValues<char> _notOnWindows = SearchValues.Create(":*?\"<>|");
    private static readonly string[] _devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];

    /// <param name="path">May end with <c>/</c>.</param>
    /// <param name="portable">Whether Windows must be able to hold it, too.</param>
    /// <returns>Null, or why not, as the end of a sentence that begins with the path.</returns>
    public static string? Mistake(string path, bool portable = true)
    {
        if (path.Length == 0 || Encoding.UTF8.GetByteCount(path) > ArchiveLimits.MaxPath)
        {
            return $"is empty or longer than {ArchiveLimits.MaxPath} bytes";
        }

        if (path[0] is '/' or '\\' || (path.Length > 1 && path[1] == ':' && char.IsAsciiLetter(path[0])))
        {
            return "is absolute; write it as seen from the work folder";
        }

        if (path.Contains('\\'))
        {
            return "has a backslash in it; write / between folders";
        }

        var inside = path.EndsWith('/') ? path[..^1] : path;
        foreach (var part in inside.Split('/'))
        {
            if (PartMistake(part) is { } mistake || (portable && (mistake = WindowsMistake(part)) is not null))
            {
                return mistake;
            }
        }

        return null;
    }

    private static string? PartMistake(string part) => part switch
    {
        "" => "has an empty part between two slashes",
        "." => "has a part \".\"; leave it out",
        ".." => "leads out of its folder",
        _ when part.Any(letter => char.IsControl(letter) || letter == '\uFFFD' || char.IsSurrogate(letter) && !IsWhole(part)) => "has a character in it that is not printable",
        _ when Encoding.UTF8.GetByteCount(part) > MaxPart => $"has a part longer than {MaxPart} bytes",
        _ => null,
    };

    private static string? WindowsMistake(string part)
    {
        var stem = part.Split('.')[0].TrimEnd(' ');
        var numbered = stem.Length == 4 && (stem.StartsWith("COM", StringComparison.OrdinalIgnoreCase) || stem.StartsWith("LPT", StringComparison.OrdinalIgnoreCase))
            && stem[3] is (>= '0' and <= '9') or '¹' or '²' or '³';
        return part.AsSpan().ContainsAny(_notOnWindows) ? "has one of : * ? \" < > | in it, which no Windows machine can hold"
            : part[^1] is '.' or ' ' ? "has a part that ends with a dot or a space, which no Windows machine can hold"
            : numbered || _devices.Contains(stem, StringComparer.OrdinalIgnoreCase) ? $"has a part \"{stem}\", which is a device on Windows"
            : null;
    }

    /// <summary>No half of a surrogate pair.</summary>
    private static bool IsWhole(string part)
    {
        foreach (var rune in part.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar)
            {
                return false;
            }
        }

        return true;
    }
}
