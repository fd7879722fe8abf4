namespace Muster.Node.Compute;

/// <summary>Private folders of attempts under the node's home; gone with their attempt.</summary>
internal sealed class AttemptFolders(string home)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _root = Path.Combine(home, "attempts");

    /// <summary>An empty work folder, and beside it room for the log.</summary>
    public AttemptFolder Make(string attempt)
    {
        var root = Path.Combine(_root, attempt);
        Make(_root, root, Path.Combine(root, "work"));
        return new AttemptFolder(root);
    }

    /// <summary>Removes what earlier processes left.</summary>
    public void Clear()
    {
        if (Directory.Exists(_root))
        {
            AttemptFolder.Remove(_root);
        }
    }

    private static void Make(params ReadOnlySpan<string> folders)
    {
        foreach (var folder in folders)
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, OwnerOnly);
            }
        }
    }
}

internal sealed class AttemptFolder(string root) : IDisposable
{
    public string Root => root;

    public string Work => Path.Combine(root, "work");

    public string LogFile => Path.Combine(root, "log");

    public void Dispose() => Remove(root);

    /// <summary>A task may have taken away its own rights to its folders; links are removed and not followed.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            return;
        }
        catch (UnauthorizedAccessException)
        {
            foreach (var inner in Directory.EnumerateDirectories(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false }))
            {
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(inner, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                }
            }

            Directory.Delete(folder, recursive: true);
        }
    }
}
