using System.Runtime.InteropServices;

namespace Muster.Node.Sandbox.Tasks.Native;

/// <summary>Limits of the kernel on each process (rlimits), set from outside on one that has not begun yet and handed down by it.</summary>
internal static partial class ProcessBounds
{
    private const int FileSize = 1;
    private const int CoreSize = 4;
    private const int Processes = 6;
    private const ulong LeastOfNumbers = 32768;
    private const int OpenFiles = 7;
    private const int MostTries = 500;

    /// <summary>How many processes of one user may be at most, among those limits that Podman can set without further rights: it lowers its own to this.</summary>
    public static unsafe long MostProcesses
    {
        get
        {
            var bounds = stackalloc ulong[2];
            Linux.Check(prlimit(0, Processes, null, bounds), "prlimit");
            return (long)Math.Min(bounds[1], LeastOfNumbers);
        }
    }

    public static void Set(int pid, SandboxLimits limits)
    {
        AwaitPermission(pid);
        Set(pid, CoreSize, 0);
        Set(pid, FileSize, (ulong)limits.DiskBytes);
        Set(pid, OpenFiles, (ulong)limits.OpenFiles);
    }

    // A process that has just begun to execute its program is for a moment still root at heart.
    private static unsafe void AwaitPermission(int pid)
    {
        var old = stackalloc ulong[2];
        for (var tries = 0; prlimit(pid, CoreSize, null, old) < 0 && tries < MostTries; tries++)
        {
            _ = new Waiting().For(TimeSpan.FromMilliseconds(1));
        }
    }

    private static unsafe void Set(int pid, int resource, ulong value)
    {
        ulong* old = stackalloc ulong[2];
        Linux.Check(prlimit(pid, resource, null, old), "prlimit");
        var least = Math.Min(value, old[1]);
        ulong* bounds = stackalloc ulong[] { least, least };
        Linux.Check(prlimit(pid, resource, bounds, null), "prlimit");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int prlimit(int pid, int resource, ulong* bounds, ulong* old);
}
