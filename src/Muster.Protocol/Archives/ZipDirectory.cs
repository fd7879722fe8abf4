using System.Buffers.Binary;
using System.Globalization;

namespace Muster.Protocol.Archives;

/// <summary>Reads a ZIP's directory and holds it against the headers before the data; nothing is unpacked.</summary>
internal static class ZipDirectory
{
    private const uint LocalSignature = 0x04034b50;
    private const int LocalLength = 30;
    private const int MostPerEntry = 2048;
    private const int Meaning = 0x0809; // encrypted, sizes behind the data, UTF-8

    public static ArchiveContents Read(Stream stream, ArchiveLimits limits)
    {
        var end = ZipEnd.Find(stream);
        if (end.Count > limits.MaxEntries)
        {
            throw new ArchiveException(Text($"The ZIP has {end.Count:N0} entries, and {limits.MaxEntries:N0} are the most. Pack fewer files."));
        }

        if (end.DirectorySize > (long)MostPerEntry * (end.Count + 1))
        {
            throw ZipEnd.Damaged("its directory is larger than its entries need");
        }

        var headers = Headers(stream, end, limits);
        CheckNames(headers, limits);
        CheckSizes(headers, limits);
        return new ArchiveContents(Entries(stream, headers, end.DirectoryOffset), headers.Sum(header => header.Size));
    }

    private static List<ZipHeader> Headers(Stream stream, ZipEnd end, ArchiveLimits limits)
    {
        var directory = new byte[end.DirectorySize];
        stream.Position = end.DirectoryOffset;
        stream.ReadExactly(directory);
        ReadOnlySpan<byte> rest = directory;
        var headers = new List<ZipHeader>((int)end.Count);
        while (headers.Count < end.Count)
        {
            headers.Add(ZipHeader.Read(ref rest));
            headers[^1].Check(limits.PortableNames);
        }

        return rest.IsEmpty ? headers : throw ZipEnd.Damaged("its directory has more in it than it says");
    }

    private static void CheckNames(List<ZipHeader> headers, ArchiveLimits limits)
    {
        var names = new ArchiveNames(limits.MaxDepth);
        foreach (var header in headers)
        {
            if (names.Add(header.Path) is { } mistake)
            {
                throw new ArchiveException($"\"{ZipHeader.Shown(header.Path)}\" in the ZIP {mistake}.");
            }
        }
    }

    private static void CheckSizes(List<ZipHeader> headers, ArchiveLimits limits)
    {
        var total = 0L;
        foreach (var header in headers)
        {
            if (header.Size > limits.MaxBytes - total)
            {
                throw new ArchiveException(Text($"The ZIP unpacks to more than {limits.MaxBytes:N0} bytes. Send less, or large files as inputs of their own."));
            }

            total += header.Size;
            if (header.Size > limits.FreeBytes && header.Size / limits.MaxRatio > header.PackedSize)
            {
                throw new ArchiveException(Text(
                    $"\"{ZipHeader.Shown(header.Path)}\" in the ZIP unpacks to more than {limits.MaxRatio} times its size, as made to fill a disk. Pack it without compression."));
            }
        }
    }

    /// <summary>No byte of the archive may be the data of two entries, nor of none that is named.</summary>
    private static List<ArchiveEntry> Entries(Stream stream, List<ZipHeader> headers, long directoryOffset)
    {
        var found = new Dictionary<ZipHeader, ArchiveEntry>(ReferenceEqualityComparer.Instance);
        var free = 0L;
        foreach (var header in headers.OrderBy(header => header.Offset))
        {
            var data = DataOffset(stream, header, directoryOffset);
            if (header.Offset < free || header.PackedSize > directoryOffset - data)
            {
                throw ZipEnd.Damaged($"\"{ZipHeader.Shown(header.Path)}\" overlaps with something else");
            }

            free = data + header.PackedSize;
            found.Add(header, new ArchiveEntry(header.Path, header.Size, header.PackedSize, header.Executable)
            {
                Deflated = header.Method == 8, Crc = header.Crc, DataOffset = data,
            });
        }

        return [.. headers.Select(header => found[header])];
    }

    private static long DataOffset(Stream stream, ZipHeader header, long directoryOffset)
    {
        var local = new byte[LocalLength];
        if (header.Offset < 0 || header.Offset > directoryOffset - LocalLength)
        {
            throw ZipEnd.Damaged($"\"{ZipHeader.Shown(header.Path)}\" is not where the directory says");
        }

        stream.Position = header.Offset;
        stream.ReadExactly(local);
        var rest = new byte[Word(local, 26) + Word(local, 28)];
        if (Long(local, 0) != LocalSignature || header.Offset + LocalLength + rest.Length > directoryOffset)
        {
            throw ZipEnd.Damaged($"\"{ZipHeader.Shown(header.Path)}\" is not where the directory says");
        }

        stream.ReadExactly(rest);
        return Agrees(header, local, rest)
            ? header.Offset + LocalLength + rest.Length
            : throw ZipEnd.Damaged($"\"{ZipHeader.Shown(header.Path)}\" is described in two ways");
    }

    private static bool Agrees(ZipHeader header, byte[] local, byte[] rest)
    {
        var nameLength = Word(local, 26);
        if (!header.RawName.AsSpan().SequenceEqual(rest.AsSpan(0, nameLength)) || Word(local, 8) != header.Method || ((Word(local, 6) ^ header.Flags) & Meaning) != 0)
        {
            return false;
        }

        var wide = ZipHeader.Field(rest.AsSpan(nameLength), 1);
        var (size, packed) = (ZipHeader.Take(ref wide, Long(local, 22)), ZipHeader.Take(ref wide, Long(local, 18)));
        return (size == header.Size && packed == header.PackedSize && Long(local, 14) == header.Crc) || (header.SizesFollow && Unsaid(local, size, packed));
    }

    /// <summary>Zeros, or with 64-bit sizes the mark that stands for them.</summary>
    private static bool Unsaid(byte[] local, long size, long packed) =>
        Long(local, 14) == 0 && size is 0 or uint.MaxValue && packed is 0 or uint.MaxValue;

    private static ushort Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));

    private static uint Long(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
