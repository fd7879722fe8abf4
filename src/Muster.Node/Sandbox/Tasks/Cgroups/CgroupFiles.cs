using System.Globalization;
using System.Text;

namespace Muster.Node.Sandbox.Tasks.Cgroups;

/// <summary>Reads and writes the small files by which the kernel is told about control groups.</summary>
internal static class CgroupFiles
{
    public static void Write(string folder, string file, string value)
    {
        using var handle = File.OpenHandle(Path.Combine(folder, file), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(value), 0);
    }

    public static void Write(string folder, string file, long value) => Write(folder, file, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Null when there is no such file: kernels differ.</summary>
    public static string? Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
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
