using System.Globalization;

namespace Muster.Node.Sandbox;

/// <summary>Reads /proc, where everything may vanish between two looks.</summary>
internal static class ProcessFiles
{
    public static IEnumerable<int> All()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                yield return pid;
            }
        }
    }

    /// <summary>The fields of <c>stat</c> after the name, the state first.</summary>
    // The name is in brackets and may hold anything, brackets and spaces too.
    public static string[]? Stat(int pid) => Read(pid, "stat") is { } stat ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : null;

    /// <summary>Null when the process ended meanwhile or belongs to someone else.</summary>
    public static string? Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/{file}"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
