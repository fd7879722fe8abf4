using System.Buffers.Binary;
using System.Text;

namespace Muster.Protocol.Archives;

/// <summary>One entry as a ZIP's directory describes it, checked by itself.</summary>
internal sealed record ZipHeader(byte[] RawName, string Path, ushort Flags, ushort Method, uint Crc, long PackedSize, long Size, long Offset, int Mode)
{
    public const int Length = 46;
    private const uint Signature = 0x02014b50;
    private const ushort Encrypted = 0x2041;
    private const ushort Understood = 0x080e; // the level of packing, sizes behind the data, UTF-8
    private const ushort Utf8 = 0x0800;
    private const int TypeMask = 0xf000;
    private const int FolderType = 0x4000;
    private const int FileType = 0x8000;
    private const int LinkType = 0xa000;
    private static readonly UTF8Encoding _strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Sizes stand behind the data, and the header before it may leave them out.</summary>
    public bool SizesFollow => (Flags & 8) != 0;

    public bool Executable => (Mode & 0b001_000_000) != 0;

    /// <summary>Reads the entry that begins here, and moves on to the next.</summary>
    public static ZipHeader Read(ref ReadOnlySpan<byte> directory)
    {
        if (directory.Length < Length || Long(directory, 0) != Signature)
        {
            throw ZipEnd.Damaged("its directory has fewer entries than it says");
        }

        var (nameLength, extraLength, commentLength) = (Word(directory, 28), Word(directory, 30), Word(directory, 32));
        if (Length + nameLength + extraLength + commentLength > directory.Length)
        {
            throw ZipEnd.Damaged("an entry of its directory is cut off");
        }

        var name = directory.Slice(Length, nameLength);
        var sizes = Wide(directory.Slice(Length + nameLength, extraLength), (Long(directory, 24), Long(directory, 20), Long(directory, 42)));
        var header = new ZipHeader(
            name.ToArray(), Name(name, Word(directory, 8)), Word(directory, 8), Word(directory, 10), Long(directory, 16),
            sizes.Packed, sizes.Size, sizes.Offset, (int)(Long(directory, 38) >> 16));
        directory = directory[(Length + nameLength + extraLength + commentLength)..];
        return header;
    }

    /// <exception cref="ArchiveException">It is nothing that may be unpacked.</exception>
    public void Check(bool portable)
    {
        if (Mistake(portable) is { } mistake)
        {
            throw new ArchiveException($"\"{Shown(Path)}\" in the ZIP {mistake}.");
        }
    }

    /// <summary>A path that can be printed whatever is in it.</summary>
    public static string Shown(string path)
    {
        var printable = new string([.. path.Select(letter => char.IsControl(letter) || char.IsSurrogate(letter) ? '?' : letter)]);
        return printable.Length <= 100 ? printable : printable[..100] + "…";
    }

    private string? Mistake(bool portable)
    {
        var type = Mode & TypeMask;
        return ArchivePath.Mistake(Path, portable) is { } mistake ? mistake
            : type == LinkType ? "is a symbolic link; pack the file that it leads to"
            : type is not (0 or FolderType or FileType) ? "is neither a file nor a folder; leave devices and pipes out"
            : type == FolderType && !Path.EndsWith('/') ? "is marked as a folder and named as a file; pack it again"
            : (Flags & Encrypted) != 0 ? "is encrypted; pack it without a password"
            : (Flags & ~Understood) != 0 || Method is not (0 or 8) ? "is packed in a way that is not supported; pack it with deflate, as every program does by default"
            : Size < 0 || PackedSize < 0 || (Method == 0 && Size != PackedSize) || (Path.EndsWith('/') && Size != 0) ? "has a size that cannot be"
            : null;
    }

    private static string Name(ReadOnlySpan<byte> name, ushort flags)
    {
        try
        {
            return _strict.GetString(name);
        }
        catch (DecoderFallbackException)
        {
            throw new ArchiveException(
                $"\"{Shown(Encoding.ASCII.GetString(name))}\" in the ZIP is not named in UTF-8{((flags & Utf8) != 0 ? ", though it says so" : "")}. Pack it with a program that writes UTF-8 names.");
        }
    }

    /// <summary>What does not fit into 32 bits stands in an extra field.</summary>
    private static (long Size, long Packed, long Offset) Wide(ReadOnlySpan<byte> extra, (uint Size, uint Packed, uint Offset) narrow)
    {
        var field = Field(extra, 1);
        return (Take(ref field, narrow.Size), Take(ref field, narrow.Packed), Take(ref field, narrow.Offset));
    }

    internal static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> extra, ushort id)
    {
        while (extra.Length >= 4)
        {
            var length = Word(extra, 2);
            if (4 + length > extra.Length)
            {
                break;
            }

            if (Word(extra, 0) == id)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    internal static long Take(ref ReadOnlySpan<byte> field, uint narrow)
    {
        if (narrow != uint.MaxValue || field.Length < 8)
        {
            return narrow;
        }

        var value = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
        return value;
    }

    private static ushort Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
}
