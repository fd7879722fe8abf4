using System.Globalization;

namespace Muster.Cli.Doctor;

/// <summary>Which process listens on a port, from /proc: its socket's inode in net/tcp, then who holds that inode.</summary>
internal static class PortOwner
{
    private const string Listening = "0A";

    /// <summary><c>nginx (process 812)</c>, or null when it cannot be told.</summary>
    public static string? Sentence(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        var inodes = new[] { "/proc/net/tcp", "/proc/net/tcp6" }.SelectMany(file => Inodes(file, port)).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        return inodes.Count == 0
            ? null
            : Directory.EnumerateDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _) && Holds(folder, inodes))
                .Select(folder => $"{Name(folder)} (process {Path.GetFileName(folder)})")
                .FirstOrDefault();
    }

    private static IEnumerable<string> Inodes(string file, int port)
    {
        if (!File.Exists(file))
        {
            return [];
        }

        var wanted = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.ReadLines(file).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[3] == Listening && fields[1].EndsWith(wanted, StringComparison.Ordinal))
            .Select(fields => fields[9]);
    }

    private static bool Holds(string process, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            return false; // another user's process, or one that has just ended
        }
    }

    private static string Name(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "comm")).Trim();
        }
        catch (IOException)
        {
            return "a program";
        }
    }
}
