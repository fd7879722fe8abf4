using System.Globalization;

namespace Muster.Node.Machine;

/// <summary>The kernel's files below <c>/</c>, or below a folder like it. What is not there or cannot be read counts as unknown.</summary>
internal sealed class MachineFiles(string root)
{
    public IReadOnlyList<string> Lines(string path) => Try(() => File.ReadAllLines(Path.Combine(root, path))) ?? [];

    public string? Text(string path) => Try(() => File.ReadAllText(Path.Combine(root, path)).Trim());

    public long? Number(string path) => long.TryParse(Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    public double? Real(string path) =>
        double.TryParse(Text(path), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    /// <summary>The last part of what a link leads to.</summary>
    public string? LinkedName(string path) => Try(() => new FileInfo(Path.Combine(root, path)).ResolveLinkTarget(returnFinalTarget: false)?.Name ?? "") is { Length: > 0 } name ? name : null;

    /// <summary>Paths of the entries of a folder whose names begin so.</summary>
    public IReadOnlyList<string> Entries(string folder, string start) =>
        Try(() => Directory.GetFileSystemEntries(Path.Combine(root, folder), start + "*").Order(StringComparer.Ordinal).Select(path => Path.GetRelativePath(root, path)).ToList()) ?? [];

    public bool Exists(string path) => Path.Exists(Path.Combine(root, path));

    private static T? Try<T>(Func<T> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null; // many machines lack some of them, and sensors fail now and then
        }
    }
}
