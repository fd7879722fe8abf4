namespace Muster.Node.Folders;

internal static class RealPath
{
    private static readonly StringComparison _comparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>The path with every link on the way resolved; parts that do not exist stay as they are.</summary>
    public static string Of(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (var links = 0; links < 40; links++)
        {
            if (Resolve(full) is not { } resolved)
            {
                return full;
            }

            full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(resolved));
        }

        throw new IOException($"{path} goes through too many links.");
    }

    /// <summary>True for the folder itself too.</summary>
    public static bool IsInside(string path, string folder) =>
        path.Equals(folder, _comparison)
        || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, _comparison);

    // The path with its first link replaced, or null when it has none.
    private static string? Resolve(string full)
    {
        var root = Path.GetPathRoot(full) ?? "";
        var current = root;
        var parts = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            var next = Path.Combine(current, parts[i]);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                return Path.Combine([Path.Combine(current, target), .. parts[(i + 1)..]]);
            }

            current = next;
        }

        return null;
    }
}
