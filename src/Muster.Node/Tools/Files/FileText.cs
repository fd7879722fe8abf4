using System.Globalization;
using System.Text;

namespace Muster.Node.Tools.Files;

internal static class FileText
{
    public static UTF8Encoding Utf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    public static UTF8Encoding StrictUtf8 { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static ReadOnlySpan<byte> ByteOrderMark => [0xef, 0xbb, 0xbf];

    public static bool IsBinary(Stream file)
    {
        var start = new byte[8192];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        file.Seek(0, SeekOrigin.Begin);
        return start.AsSpan(0, read).Contains((byte)0);
    }

    /// <summary>A text file that a person can be shown changes of; empty when there is none yet, null when it is too large or no text.</summary>
    public static string? TryReadAll(Folders.ConfinedFolder folder, string path)
    {
        const int Most = 1024 * 1024;
        if (folder.Stat(path) is not { } entry)
        {
            return "";
        }

        if (entry.Size > Most)
        {
            return null;
        }

        using var stream = folder.OpenRead(path);
        if (IsBinary(stream))
        {
            return null;
        }

        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return Decode(memory.ToArray());
    }

    public static string Decode(ReadOnlySpan<byte> bytes) =>
        Utf8.GetString(bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes);

    public static string Size(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} KB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };
}
