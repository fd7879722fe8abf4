using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>The indexes of an array of tasks, both ends included: <c>0..399</c>, <c>1..10</c>, or a count, which begins at 0.</summary>
/// <param name="First">Value of <c>${index}</c> of the first task.</param>
[JsonConverter(typeof(Converter))]
[StructLayout(LayoutKind.Auto)]
public readonly record struct ArrayRange(long First, long Count)
{
    /// <summary>The largest index: what a JSON number holds exactly.</summary>
    public const long MostIndex = (1L << 53) - 1;

    private const int MostDigits = 16;

    public static ArrayRange Of(int count) => new(0, count);

    public static bool TryParse(string? text, out ArrayRange range)
    {
        range = default;
        if (text is null)
        {
            return false;
        }

        var dots = text.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
        {
            range = Index(text, out var count) && count > 0 ? new ArrayRange(0, count) : default;
        }
        else if (Index(text.AsSpan(0, dots), out var first) && Index(text.AsSpan(dots + 2), out var last) && last >= first)
        {
            range = new ArrayRange(first, last - first + 1);
        }

        return range.Count > 0;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}..{First + Count - 1}");

    private static bool Index(ReadOnlySpan<char> text, out long index)
    {
        index = 0;
        return text.Length <= MostDigits && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index <= MostIndex;
    }

    internal sealed class Converter : JsonConverter<ArrayRange>
    {
        public override ArrayRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count is > 0 and <= MostIndex)
            {
                return new ArrayRange(0, count);
            }

            return reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out var range)
                ? range
                : throw new JsonException("Expected indexes such as \"0..399\".");
        }

        public override void Write(Utf8JsonWriter writer, ArrayRange value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
