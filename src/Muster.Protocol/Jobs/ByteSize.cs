using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>
/// A count of bytes as people write it: <c>512MiB</c>, <c>1.5GB</c>, or the plain count. KiB, MiB, GiB and TiB are powers of 1,024,
/// KB, MB, GB and TB of 1,000; a lone <c>G</c> could be either and is refused.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly record struct ByteSize(long Bytes)
{
    private const int Longest = 32;

    private static readonly (string Name, long Bytes)[] _units =
    [
        ("TiB", 1L << 40), ("TB", 1_000_000_000_000), ("GiB", 1L << 30), ("GB", 1_000_000_000), ("MiB", 1L << 20), ("MB", 1_000_000),
        ("KiB", 1L << 10), ("KB", 1_000), ("B", 1),
    ];

    public static ByteSize MiB(long count) => new(checked(count << 20));

    public static ByteSize GiB(long count) => new(checked(count << 30));

    /// <returns>False for anything that is not a size of at most 9,223,372,036,854,775,807 bytes.</returns>
    public static bool TryParse(string? text, out ByteSize size)
    {
        size = default;
        if (text is not { Length: > 0 and <= Longest })
        {
            return false;
        }

        var end = text.AsSpan().IndexOfAnyExceptInRange('.', '9');
        var number = end < 0 ? text : text[..end];
        var scale = end < 0 ? 1 : Scale(text.AsSpan(end).TrimStart(' '));
        if (scale == 0
            || number.Length is 0 or > 19 // nineteen digits at the most, so that the product below stays inside a decimal
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
            || count > long.MaxValue / (decimal)scale)
        {
            return false;
        }

        size = new ByteSize((long)(count * scale));
        return true;
    }

    /// <summary>The largest unit that says it exactly.</summary>
    public override string ToString()
    {
        foreach (var (name, bytes) in _units)
        {
            if (Bytes >= bytes && Bytes % bytes == 0 && bytes > 1)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{Bytes / bytes}{name}");
            }
        }

        return string.Create(CultureInfo.InvariantCulture, $"{Bytes}B");
    }

    private static long Scale(ReadOnlySpan<char> unit)
    {
        foreach (var (name, bytes) in _units)
        {
            if (unit.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return bytes;
            }
        }

        return 0;
    }

    internal sealed class Converter : JsonConverter<ByteSize>
    {
        public override ByteSize Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var bytes) && bytes >= 0)
            {
                return new ByteSize(bytes);
            }

            return reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var size)
                ? size
                : throw new JsonException("Expected a size such as \"512MiB\".");
        }

        public override void Write(Utf8JsonWriter writer, ByteSize value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
