namespace Muster.Node.Folders;

internal static class RealPath
{
    private const int MostLinks = 40;

    private static readonly StringComparison _comparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <summary>
    /// The path with every link on the way resolved, as the system itself does it: <c>..</c> leads up from where a link before it has led. Parts
    /// that do not exist stay as they are.
    /// </summary>
    /// <exception cref="IOException">It goes through too many links.</exception>
    public static string Of(string path)
    {
        var current = "";
        var left = new Stack<string>();
        Begin(path);
        for (var links = 0; left.TryPop(out var part);)
        {
            var next = part == ".." ? Path.GetDirectoryName(current) ?? current : Path.Combine(current, part);
            if (part == ".." || new FileInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            if (++links == MostLinks)
            {
                throw new IOException($"{path} goes through too many links.");
            }

            Begin(Path.Combine(current, target));
        }

        return current;

        void Begin(string from)
        {
            // Windows takes .. off before it looks at links.
            var whole = OperatingSystem.IsWindows() ? Path.GetFullPath(from) : Path.Combine(Environment.CurrentDirectory, from);
            current = Path.GetPathRoot(whole)!;
            foreach (var part in whole[current.Length..].Split(Path.DirectorySeparatorChar).Reverse().Where(part => part is not ("" or ".")))
            {
                left.Push(part);
            }
        }
    }

    /// <summary>True for the folder itself too.</summary>
    public static bool IsInside(string path, string folder) =>
        path.Equals(folder, _comparison)
        || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, _comparison);
}
