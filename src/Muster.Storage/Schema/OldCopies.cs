namespace Muster.Storage.Schema;

/// <summary>Of the copies made before schemas changed, the newest two stay.</summary>
internal static class OldCopies
{
    private const int Kept = 2;

    public static void Drop(string newest, string pattern)
    {
        var path = Path.GetFullPath(newest);
        var old = Directory.GetFiles(Path.GetDirectoryName(path)!, pattern)
            .OrderByDescending(File.GetLastWriteTimeUtc)
            .ThenByDescending(name => name, StringComparer.Ordinal)
            .Where(name => name != path)
            .Skip(Kept - 1);
        foreach (var file in old)
        {
            File.Delete(file);
        }
    }
}
