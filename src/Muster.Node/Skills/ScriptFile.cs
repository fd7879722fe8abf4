namespace Muster.Node.Skills;

/// <summary>A file of a folder of skills, as it was read.</summary>
/// <param name="Name">The file's, without .py.</param>
/// <param name="Stamp">Another one when the file has changed.</param>
internal sealed record ScriptFile(string Name, string Path, string Source, string Stamp)
{
    private const int Most = 64;
    private const long Largest = 1 << 20;

    /// <summary>The skills of a folder by name; those that begin with _ are parts of others. A link is never followed.</summary>
    public static IEnumerable<FileInfo> In(string folder) =>
        Directory.Exists(folder) && new DirectoryInfo(folder).LinkTarget is null
            ? new DirectoryInfo(folder).EnumerateFiles("*.py")
                .Where(file => file.Name[0] != '_' && file.LinkTarget is null && file.Length <= Largest)
                .OrderBy(file => file.Name, StringComparer.Ordinal)
                .Take(Most)
            : [];

    public static string StampOf(FileInfo file) => $"{file.FullName} {file.Length} {file.LastWriteTimeUtc.Ticks}";

    public static ScriptFile Read(FileInfo file) => new(
        System.IO.Path.GetFileNameWithoutExtension(file.Name), file.FullName, File.ReadAllText(file.FullName), StampOf(file));
}
