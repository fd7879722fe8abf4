namespace Muster.Testing.Processes;

/// <summary>Threads of this process. Those that the runtime keeps for its pool, its timers, its compiler and its collector come and go as it finds right, and count only where they are many.</summary>
public static class OpenThreads
{
    private const int MostOfRuntime = 32;

    public static int Count()
    {
        var names = Directory.EnumerateFileSystemEntries("/proc/self/task").Select(Name).OfType<string>().ToList();
        var ofRuntime = names.Count(name => name.StartsWith(".NET ", StringComparison.Ordinal));
        return names.Count - Math.Min(ofRuntime, MostOfRuntime);
    }

    private static string? Name(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm"));
        }
        catch (IOException)
        {
            return null; // it ended meanwhile
        }
    }
}
