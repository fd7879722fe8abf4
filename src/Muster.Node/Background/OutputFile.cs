using System.Text;

namespace Muster.Node.Background;

/// <summary>Reads what a task has printed.</summary>
internal static class OutputFile
{
    private const int TailBytes = 8_000;

    /// <summary>Null when there is none.</summary>
    public static string? Tail(string path) => Read(path, file => Math.Max(0, file.Length - TailBytes), TailBytes);

    /// <summary>The beginning, for a person: at most so many bytes, whole characters.</summary>
    public static string Head(string path, int bytes) => Read(path, _ => 0, bytes) ?? "";

    public static long Size(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static string? Read(string path, Func<FileStream, long> from, int most)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        file.Position = from(file);
        var bytes = new byte[most];
        var count = file.ReadAtLeast(bytes, most, throwOnEndOfStream: false);
        var (start, end) = (0, count);
        while (file.Position > count && start < end && (bytes[start] & 0xC0) == 0x80)
        {
            start++; // the rest of a character whose beginning is before
        }

        while (end > start && count == most && IsCut(bytes.AsSpan(start, end - start)))
        {
            end--;
        }

        return Encoding.UTF8.GetString(bytes, start, end - start);
    }

    /// <summary>The last character is not all there.</summary>
    private static bool IsCut(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= Math.Min(4, bytes.Length); back++)
        {
            var lead = bytes[^back];
            if ((lead & 0xC0) == 0x80)
            {
                continue;
            }

            var length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
            return length > back;
        }

        return false;
    }
}
