using System.IO.Compression;
using System.Text;

namespace Muster.Tests.Protocol.Archives;

/// <summary>A ZIP written field by field, so that each can lie.</summary>
internal sealed class CraftedZip
{
    private readonly List<CraftedEntry> _entries = [];

    public int? SaysCount { get; init; }

    public int DirectoryShift { get; init; }

    public byte[] Comment { get; init; } = [];

    public byte[] Behind { get; init; } = [];

    public byte[] Before { get; init; } = [];

    public CraftedZip Add(string name, string content = "x") => Add(new CraftedEntry(name) { Content = Encoding.UTF8.GetBytes(content) });

    public CraftedZip Add(CraftedEntry entry)
    {
        _entries.Add(entry);
        return this;
    }

    public MemoryStream Build()
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Before);
        var offsets = new List<uint>();
        foreach (var entry in _entries)
        {
            offsets.Add(entry.SaysOffset ?? (uint)stream.Position);
            if (!entry.NoData)
            {
                entry.WriteLocal(writer);
            }
        }

        var directory = (uint)stream.Position;
        for (var i = 0; i < _entries.Count; i++)
        {
            _entries[i].WriteCentral(writer, offsets[i]);
        }

        var size = (uint)stream.Position - directory;
        var count = (ushort)(SaysCount ?? _entries.Count);
        writer.Write(0x06054b50);
        writer.Write(0);
        writer.Write(count);
        writer.Write(count);
        writer.Write(size);
        writer.Write((uint)(directory + DirectoryShift));
        writer.Write((ushort)Comment.Length);
        writer.Write(Comment);
        writer.Write(Behind);
        writer.Flush();
        stream.Position = 0;
        return stream;
    }
}

internal sealed record CraftedEntry(string Name)
{
    public byte[] Content { get; init; } = "x"u8.ToArray();

    /// <summary>The bytes of the name in the directory, where they are not the name's UTF-8.</summary>
    public byte[]? RawName { get; init; }

    public string? LocalName { get; init; }

    public bool Deflate { get; init; }

    public ushort Flags { get; init; } = 0x0800;

    public ushort? Method { get; init; }

    public int Mode { get; init; }

    public uint? SaysSize { get; init; }

    public uint? SaysPacked { get; init; }

    public uint? SaysCrc { get; init; }

    public uint? LocalSize { get; init; }

    public uint? SaysOffset { get; init; }

    /// <summary>Only in the directory.</summary>
    public bool NoData { get; init; }

    public byte[] Packed => Deflate ? Deflated(Content) : Content;

    private ushort Kind => Method ?? (ushort)(Deflate ? 8 : 0);

    private uint Crc => SaysCrc ?? CrcOf(Content);

    public void WriteLocal(BinaryWriter writer)
    {
        var name = LocalName is null ? RawName ?? Encoding.UTF8.GetBytes(Name) : Encoding.UTF8.GetBytes(LocalName);
        writer.Write(0x04034b50);
        writer.Write((ushort)20);
        writer.Write(Flags);
        writer.Write(Kind);
        writer.Write(0x00210000); // no time, 1980-01-01
        writer.Write(Crc);
        writer.Write(SaysPacked ?? (uint)Packed.Length);
        writer.Write(LocalSize ?? SaysSize ?? (uint)Content.Length);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)0);
        writer.Write(name);
        writer.Write(Packed);
    }

    public void WriteCentral(BinaryWriter writer, uint offset)
    {
        var name = RawName ?? Encoding.UTF8.GetBytes(Name);
        writer.Write(0x02014b50);
        writer.Write((ushort)(0x0300 | 20));
        writer.Write((ushort)20);
        writer.Write(Flags);
        writer.Write(Kind);
        writer.Write(0xffffffff); // no time that there is
        writer.Write(Crc);
        writer.Write(SaysPacked ?? (uint)Packed.Length);
        writer.Write(SaysSize ?? (uint)Content.Length);
        writer.Write((ushort)name.Length);
        writer.Write((ushort)0);
        writer.Write((ushort)0);
        writer.Write((ushort)0);
        writer.Write((ushort)0);
        writer.Write((uint)Mode << 16);
        writer.Write(offset);
        writer.Write(name);
    }

    public static byte[] Deflated(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    /// <summary>Bit by bit, so that it shares no code with what it checks.</summary>
    private static uint CrcOf(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var value in content)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
            }
        }

        return ~crc;
    }
}
