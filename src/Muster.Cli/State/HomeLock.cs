namespace Muster.Cli.State;

/// <summary>
/// Held by the process whose hub runs for a home. The system frees it when that process ends, however it ends, so whether a hub
/// lives is told by the lock and never by a pid.
/// </summary>
public sealed class HomeLock : IDisposable
{
    private readonly FileStream _file;

    private HomeLock(FileStream file) => _file = file;

    /// <summary>The lock, or null when another process holds it.</summary>
    public static HomeLock? TryTake(Home home)
    {
        home.Create();
        return Open(home, FileAccess.ReadWrite, FileShare.None) is { } file ? new HomeLock(file) : null;
    }

    /// <summary>Whether a hub lives. Looks with a shared lock for an instant; whoever tries to take it meanwhile tries again.</summary>
    public static bool IsHeld(Home home)
    {
        if (!File.Exists(home.LockFile))
        {
            return false;
        }

        using var file = Open(home, FileAccess.Read, FileShare.Read);
        return file is null;
    }

    public void Dispose() => _file.Dispose();

    private static FileStream? Open(Home home, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = access == FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && access != FileAccess.Read)
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(home.LockFile, options);
        }
        catch (IOException exception) when (exception is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }
}
