namespace Muster.Hub.Jobs.Spec.Packages;

/// <summary>Which file of a package is run.</summary>
internal static class PackageEntry
{
    private static readonly string[] _usual = ["run.py", "main.py", "app.py", "index.py", "start.py", "run.sh"];

    /// <summary>The usual names first, in their order, then the first script by name; null when there is none.</summary>
    /// <param name="names">Of files in one folder, without it.</param>
    public static string? Pick(IReadOnlyCollection<string> names) =>
        _usual.FirstOrDefault(names.Contains) ?? names.Where(IsScript).Order(StringComparer.Ordinal).FirstOrDefault();

    /// <summary>Whether a node knows how to run it.</summary>
    public static bool IsScript(string path) => path.EndsWith(".py", StringComparison.Ordinal) || path.EndsWith(".sh", StringComparison.Ordinal);
}
