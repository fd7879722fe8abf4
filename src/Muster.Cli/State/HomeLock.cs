namespace Muster.Cli.State;

/// <summary>
/// Held by the process whose hub, or whose joined node, runs for a home. The system frees it when that process ends, however it
/// ends, so whether one lives is told by the lock and never by a pid.
/// </summary>
public sealed class HomeLock : IDisposable
{
    private readonly FileStream _file;

    private HomeLock(FileStream file) => _file = file;

    /// <summary>The hub's lock, or null when another process holds it.</summary>
    public static HomeLock? TryTake(Home home) => TryTake(home, home.LockFile);

    /// <summary>The joined node's lock, or null when another process holds it: two would share one store and one identity.</summary>
    public static HomeLock? TryTakeNode(Home home) => TryTake(home, home.NodeLockFile);

    /// <summary>Whether a hub lives. Looks with a shared lock for an instant; whoever tries to take it meanwhile tries again.</summary>
    public static bool IsHeld(Home home)
    {
        if (!File.Exists(home.LockFile))
        {
            return false;
        }

        using var file = Open(home.LockFile, FileAccess.Read, FileShare.Read);
        return file is null;
    }

    public void Dispose() => _file.Dispose();

    private static HomeLock? TryTake(Home home, string path)
    {
        home.Create();
        return Open(path, FileAccess.ReadWrite, FileShare.None) is { } file ? new HomeLock(file) : null;
    }

    private static FileStream? Open(string path, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && access != FileAccess.Read)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }
}
