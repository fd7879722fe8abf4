namespace Muster.Hub.Jobs.Spec.Packages;

/// <summary>Which file of a package is run, and how.</summary>
internal static class PackageEntry
{
    private static readonly string[] _usual = ["run.py", "main.py", "app.py", "index.py", "start.py", "run.sh"];

    /// <summary>The usual names first, in their order, then the first script by name; null when there is none.</summary>
    /// <param name="names">Of files in one folder, without it.</param>
    public static string? Pick(IReadOnlyCollection<string> names) =>
        _usual.FirstOrDefault(names.Contains) ?? names.Where(name => Command(name).Count > 0).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>In the file's own folder. Empty when it is no script that is known.</summary>
    public static IReadOnlyList<string> Command(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return name.EndsWith(".py", StringComparison.Ordinal) ? ["python3", name]
            : name.EndsWith(".sh", StringComparison.Ordinal) ? ["sh", name]
            : [];
    }
}
