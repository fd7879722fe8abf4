using Microsoft.Extensions.Logging;
using Muster.Node.Sandbox.Tasks.Work;

namespace Muster.Node.Compute;

/// <summary>Private folders of attempts under the node's home; gone with their attempt.</summary>
internal sealed class AttemptFolders(string home, ILogger logger)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly string _root = Path.Combine(home, "attempts");

    /// <summary>An empty work folder, and beside it room for the log.</summary>
    public AttemptFolder Make(string attempt)
    {
        var root = Path.Combine(_root, attempt);
        Make(_root, root, Path.Combine(root, "work"));
        return new AttemptFolder(root, logger);
    }

    /// <summary>Removes what earlier processes left.</summary>
    public void Clear()
    {
        foreach (var left in Directory.Exists(_root) ? Directory.EnumerateDirectories(_root) : [])
        {
            new AttemptFolder(left, logger).Dispose();
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

internal sealed partial class AttemptFolder(string root, ILogger logger) : IDisposable
{
    public string Root => root;

    public string Work => Path.Combine(root, "work");

    /// <summary>What an agent's task hands on, once it has ended.</summary>
    public string Handed => Path.Combine(root, "handed");

    public string LogFile => Path.Combine(root, "log");

    /// <summary>What cannot be removed stays until the next start: it must not undo what the task has done.</summary>
    public void Dispose()
    {
        try
        {
            FolderRemoval.Remove(root);
        }
        catch (Exception left) when (left is IOException or UnauthorizedAccessException)
        {
            LogLeft(logger, root, left);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Folder} could not be removed; it is tried again when the node starts")]
    private static partial void LogLeft(ILogger logger, string folder, Exception left);
}
