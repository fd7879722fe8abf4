using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Muster.Protocol.Ids;

/// <summary>
/// 48 bits of milliseconds and 80 random bits as 26 characters of Crockford's base 32, lower case, sortable by time.
/// Small enough to keep here; elsewhere the Ulid package would do it.
/// </summary>
internal static class Ulid
{
    public const int Length = 26;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly SearchValues<char> _letters = SearchValues.Create(Alphabet);

    public static string New(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        var milliseconds = at.ToUnixTimeMilliseconds();
        for (var i = 0; i < 6; i++)
        {
            bytes[i] = (byte)(milliseconds >> (40 - (8 * i)));
        }

        RandomNumberGenerator.Fill(bytes[6..]);
        return Encode(bytes);
    }

    /// <summary>The time of another one, and the rest computed from it and a text.</summary>
    public static string Within(string whole, string part)
    {
        const int Time = 10;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{whole}/{part}"));
        return whole[..Time] + Encode(hash.AsSpan(0, 16))[Time..];
    }

    public static bool IsValid(ReadOnlySpan<char> text) =>
        text.Length == Length && text[0] <= '7' && text.IndexOfAnyExcept(_letters) < 0;

    /// <summary>The 16 bytes of a valid text.</summary>
    public static void Decode(ReadOnlySpan<char> text, Span<byte> bytes)
    {
        UInt128 value = 0;
        foreach (var letter in text)
        {
            value = (value << 5) | (UInt128)Alphabet.IndexOf(letter, StringComparison.Ordinal);
        }

        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)(value >> 64));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (ulong)value);
    }

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        Span<char> text = stackalloc char[Length];
        var value = new UInt128(
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        for (var i = Length - 1; i >= 0; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }

        return new string(text);
    }
}
