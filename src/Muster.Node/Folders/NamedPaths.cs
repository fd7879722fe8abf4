namespace Muster.Node.Folders;

/// <summary>Makes the paths plain that calls of tools name, for all who decide by them.</summary>
/// <param name="folder">The working folder, by whatever way it is named.</param>
internal sealed class NamedPaths(string folder)
{
    private readonly string _given = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly string _real = RealPath.Of(folder);

    /// <summary>The full paths of the working folder: as it was named, and its real one.</summary>
    public IEnumerable<string> Folders => [_given, _real];

    /// <summary>As the file tools read it: relative to the working folder, which <c>~</c> stands for too.</summary>
    public NamedPath Read(string path)
    {
        var whole = Path.Combine(_real, path is "~" ? "" : path.StartsWith("~/", StringComparison.Ordinal) ? path[2..] : path);
        try
        {
            var plain = Path.TrimEndingDirectorySeparator(Path.GetFullPath(whole));
            return new NamedPath(plain, [.. new[] { RealPath.Of(whole), RealPath.Of(plain) }.Distinct(StringComparer.Ordinal)]);
        }
        catch (Exception nowhere) when (nowhere is IOException or ArgumentException)
        {
            return new NamedPath(whole, []); // a loop of links, or a NUL character
        }
    }

    /// <summary>As a person would write it: relative to the working folder with <c>/</c> between its parts; a full path outside of it.</summary>
    public string Below(string path) => Folders.FirstOrDefault(folder => RealPath.IsInside(path, folder)) is { } inside
        ? path.Length == inside.Length ? "." : path[(inside.Length + 1)..].Replace(Path.DirectorySeparatorChar, '/')
        : path;
}
