using System.Buffers.Binary;

namespace Muster.Protocol.Archives;

/// <summary>The end record of a ZIP: where its directory lies. Strict, so that two programs cannot read two archives from one file.</summary>
internal sealed record ZipEnd(long Count, long DirectoryOffset, long DirectorySize)
{
    private const uint Signature = 0x06054b50;
    private const uint WideSignature = 0x06064b50;
    private const uint LocatorSignature = 0x07064b50;
    private const int Length = 22;
    private const int WideLength = 56;
    private const int LocatorLength = 20;

    /// <exception cref="ArchiveException">There is none, or more than one, or it is not where it says.</exception>
    public static ZipEnd Find(Stream stream)
    {
        var tail = new byte[Math.Min(stream.Length, Length + LocatorLength + ushort.MaxValue)];
        var tailOffset = stream.Length - tail.Length;
        stream.Position = tailOffset;
        stream.ReadExactly(tail);
        var at = Place(tail);
        var end = tail.AsSpan(at);
        if (Word(end, 4) != 0 || Word(end, 6) != 0 || Word(end, 8) != Word(end, 10))
        {
            throw new ArchiveException("The ZIP is one part of several. Send it as one file.");
        }

        var narrow = new ZipEnd(Word(end, 10), Long(end, 16), Long(end, 12));
        var wide = at >= LocatorLength && Long(tail, at - LocatorLength) == LocatorSignature
            ? Wide(stream, tail.AsSpan(at - LocatorLength), tailOffset + at - LocatorLength, narrow)
            : null;
        var (found, directoryEnd) = wide ?? (narrow, tailOffset + at);
        return found.DirectoryOffset + found.DirectorySize == directoryEnd ? found : throw Damaged("its directory is not where its end says");
    }

    public static ArchiveException Damaged(string what) => new($"The ZIP is damaged or was tampered with: {what}. Pack it again.");

    private static int Place(byte[] tail)
    {
        var found = -1;
        for (var at = tail.Length - Length; at >= 0; at--)
        {
            if (Long(tail, at) == Signature && at + Length + Word(tail, at + 20) == tail.Length)
            {
                found = found < 0 ? at : throw Damaged("it has two ends");
            }
        }

        return found >= 0 ? found : throw new ArchiveException("This is not a ZIP file, or its end is missing. Pack it again and send the whole file.");
    }

    private static (ZipEnd End, long DirectoryEnd)? Wide(Stream stream, ReadOnlySpan<byte> locator, long locatorOffset, ZipEnd narrow)
    {
        var offset = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        if (offset < 0 || offset > locatorOffset - WideLength)
        {
            throw Damaged("its 64-bit end is not where it says");
        }

        var record = new byte[WideLength];
        stream.Position = offset;
        stream.ReadExactly(record);
        var wide = new ZipEnd(
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(48)),
            BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(40)));
        var agrees = Long(record, 0) == WideSignature && Long(record, 16) == 0 && Long(record, 20) == 0
            && wide is { Count: >= 0, DirectoryOffset: >= 0, DirectorySize: >= 0 }
            && wide.DirectoryOffset <= offset && wide.DirectorySize <= offset
            && (narrow.Count == ushort.MaxValue || narrow.Count == wide.Count)
            && (narrow.DirectoryOffset == uint.MaxValue || narrow.DirectoryOffset == wide.DirectoryOffset)
            && (narrow.DirectorySize == uint.MaxValue || narrow.DirectorySize == wide.DirectorySize);
        return agrees ? (wide, offset) : throw Damaged("its two ends say different things");
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
