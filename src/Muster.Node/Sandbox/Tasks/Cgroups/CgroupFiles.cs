using System.ComponentModel;
using System.Globalization;
using System.Text;
using Muster.Node.Folders;
using Muster.Node.Sandbox.Tasks.Native;

namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>Reads and writes the small files by which the kernel is told about control groups.</summary>
internal static class CgroupFiles
{
    private const int NoEntry = 2;
    private const int Gone = 19;

    public static void Write(string folder, string file, string value)
    {
        var path = $"{folder}/{file}";
        using var handle = Linux.TryOpenFile(path, Libc.WriteOnly | Libc.Create, out _) ?? throw new IOException(Linux.Failure(path).Message);
        try
        {
            Linux.Write(handle, Encoding.ASCII.GetBytes(value));
        }
        catch (Win32Exception refused)
        {
            throw new IOException($"{path}: {refused.Message}", refused);
        }
    }

    public static void Write(string folder, string file, long value) => Write(folder, file, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Null when there is no such file: kernels differ, and groups end.</summary>
    public static string? Read(string folder, string file)
    {
        var path = $"{folder}/{file}";
        using var handle = Linux.TryOpenFile(path, Libc.ReadOnly, out var error);
        if (handle is null)
        {
            return error is NoEntry or Gone ? null : throw new IOException(Linux.Failure(path).Message);
        }

        var text = new StringBuilder();
        Span<byte> part = stackalloc byte[1024];
        for (int length; (length = Linux.Read(handle, part)) > 0;)
        {
            text.Append(Encoding.ASCII.GetString(part[..length]));
        }

        return text.ToString();
    }

    public static long? Number(string folder, string file) =>
        long.TryParse(Read(folder, file), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>One value of a file of lines such as <c>oom_kill 3</c>.</summary>
    public static long? Number(string folder, string file, string key)
    {
        foreach (var line in (Read(folder, file) ?? "").AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key, StringComparison.Ordinal) && line.Length > key.Length && line[key.Length] == ' '
                && long.TryParse(line[(key.Length + 1)..], NumberStyles.Integer, CultureInfo.InvariantCulture, out var number))
            {
                return number;
            }
        }

        return null;
    }

    public static IReadOnlyList<int> Processes(string folder)
    {
        var processes = new List<int>();
        foreach (var line in (Read(folder, "cgroup.procs") ?? "").AsSpan().EnumerateLines())
        {
            if (int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                processes.Add(pid);
            }
        }

        return processes;
    }

    /// <returns>Whether it is not there any more.</returns>
    public static bool Remove(string folder)
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // Gone already.
        }
        catch (IOException)
        {
            return false;
        }

        return true;
    }
}
