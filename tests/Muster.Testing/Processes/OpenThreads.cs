namespace Muster.Testing.Processes;

/// <summary>Threads of this process. Those that the runtime keeps for its pool, its timers, its compiler and its collector come and go as it finds right, and count only where they are many.</summary>
public static class OpenThreads
{
    // A pool of 16 threads at least, half as many again for a while, and a dozen others.
    private const int MostOfRuntime = 64;

    public static int Count()
    {
        var names = Names();
        var ofRuntime = names.Count(name => name.StartsWith(".NET ", StringComparison.Ordinal));
        return names.Count - Math.Min(ofRuntime, MostOfRuntime);
    }

    /// <summary>How many there are of each name, for a failure.</summary>
    public static string Describe() => string.Join(", ", Names().CountBy(name => name).Select(name => $"{name.Value} {name.Key}"));

    private static List<string> Names() => [.. Directory.EnumerateFileSystemEntries("/proc/self/task").Select(Name).OfType<string>()];

    private static string? Name(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd();
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
    }
}
