namespace Muster.Hub.Operations;

/// <summary>Who listens on a port of this machine, as far as Linux tells.</summary>
public static class PortHolder
{
    private const string Listening = "0A";

    /// <summary><c>nginx (process 42)</c>, or null when it cannot be told.</summary>
    public static string? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var sockets = Inodes(port).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => path.AsSpan(6).IndexOfAnyExceptInRange('0', '9') < 0))
            {
                if (Holds(process, sockets))
                {
                    return $"{File.ReadAllText(Path.Combine(process, "comm")).Trim()} (process {Path.GetFileName(process)})";
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A process that ended while we looked, or a system that does not tell: the sentence does without.
        }

        return null;
    }

    private static IEnumerable<string> Inodes(int port) =>
        new[] { "/proc/net/tcp", "/proc/net/tcp6" }
            .Where(File.Exists)
            .SelectMany(table => File.ReadLines(table).Skip(1))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(cells => cells.Length > 9 && cells[3] == Listening && cells[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
            .Select(cells => cells[9]);

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(link => new FileInfo(link).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false; // another user's process, or one that has just ended
        }
    }
}
