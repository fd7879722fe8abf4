namespace Muster.Testing.Processes;

/// <summary>What this process holds open. Libraries are left out: the runtime opens them when it first needs them, and keeps them.</summary>
public static class OpenHandles
{
    public static int Count() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(handle => !IsLibrary(handle));

    private static bool IsLibrary(string handle)
    {
        try
        {
            return new FileInfo(handle).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) == true;
        }
        catch (IOException)
        {
            return false; // closed meanwhile
        }
    }
}
