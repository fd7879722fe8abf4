using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Muster.Protocol.Transfers;

/// <summary>The SHA-256 that names an artifact. The default value is no hash.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ContentHash
{
    public const int Length = 32;
    private readonly UInt128 _first;
    private readonly UInt128 _second;

    private ContentHash(UInt128 first, UInt128 second) => (_first, _second) = (first, second);

    public bool IsEmpty => _first == 0 && _second == 0;

    /// <summary>Its first 16 bytes, by which nodes name what they have in their cache.</summary>
    public UInt128 Short => _first;

    /// <exception cref="ArgumentException">It is not 32 bytes long.</exception>
    public static ContentHash Of(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new ContentHash(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]))
        : throw new ArgumentException($"A SHA-256 has {Length} bytes, not {bytes.Length}.", nameof(bytes));

    /// <param name="text">64 hexadecimal digits.</param>
    public static bool TryParse(string? text, out ContentHash hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var good = text?.Length == 2 * Length && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;
        hash = good ? Of(bytes) : default;
        return good;
    }

    /// <exception cref="FormatException">It is not 64 hexadecimal digits.</exception>
    public static ContentHash Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"\"{text}\" is no SHA-256: expected 64 hexadecimal digits.");

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, _first);
        BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(16), _second);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToBytes());
}
