namespace Muster.Node.Tools.Files;

/// <summary>A part of a file, read without holding more than that part.</summary>
/// <param name="NextLine">The line at which the rest begins: behind the last one where nothing is left.</param>
/// <param name="Cut">More was asked for than fitted.</param>
internal sealed record FileSlice(byte[] Bytes, int NextLine, bool Cut)
{
    public static FileSlice Lines(Stream file, int first, int last, int most, CancellationToken abort)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[64 * 1024];
        var (line, isOpen) = (1, false);
        for (int read; (read = file.Read(buffer)) > 0;)
        {
            abort.ThrowIfCancellationRequested();
            var rest = buffer.AsSpan(0, read);
            while (rest.Length > 0)
            {
                if (line > last)
                {
                    return new FileSlice(kept.ToArray(), line, Cut: false);
                }

                var end = rest.IndexOf((byte)'\n') + 1;
                var part = end == 0 ? rest : rest[..end];
                if (line >= first)
                {
                    var room = most - (int)kept.Length;
                    kept.Write(part[..Math.Min(room, part.Length)]);
                    if (part.Length > room)
                    {
                        return new FileSlice(WholeCharacters(kept.ToArray()), line, Cut: true);
                    }
                }

                rest = rest[part.Length..];
                isOpen = end == 0;
                line += isOpen ? 0 : 1;
            }
        }

        return new FileSlice(kept.ToArray(), isOpen ? line + 1 : line, Cut: false);
    }

    public static FileSlice Tail(Stream file, int lines, int most, CancellationToken abort)
    {
        abort.ThrowIfCancellationRequested();
        var length = (int)Math.Min(file.Length, most);
        var bytes = new byte[length];
        file.Seek(-length, SeekOrigin.End);
        file.ReadExactly(bytes);

        var start = length;
        for (var found = 0; start > 0; start--)
        {
            // The newline that ends the last line begins no other.
            if (bytes[start - 1] == '\n' && start < length && ++found == lines)
            {
                return new FileSlice(bytes[start..], 0, Cut: false);
            }
        }

        while (start < length && file.Length > length && (bytes[start] & 0xc0) == 0x80)
        {
            start++;
        }

        return new FileSlice(bytes[start..], 0, Cut: file.Length > length);
    }

    // Drops the beginning of a character whose rest was cut off.
    private static byte[] WholeCharacters(byte[] bytes)
    {
        for (var back = 1; back <= Math.Min(4, bytes.Length); back++)
        {
            var b = bytes[^back];
            if ((b & 0xc0) != 0x80)
            {
                var needs = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : b >= 0xc0 ? 2 : 1;
                return needs > back ? bytes[..^back] : bytes;
            }
        }

        return bytes;
    }
}
