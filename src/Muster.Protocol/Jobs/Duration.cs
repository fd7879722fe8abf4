using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>Lengths of time as people write them: <c>90s</c>, <c>10m</c>, <c>1h30m</c>, or a plain count of seconds.</summary>
public static class Duration
{
    private const int Longest = 40;

    // Ten thousand years: more than anyone means, and far from what a TimeSpan can hold.
    private const double MostSeconds = 3.2e11;

    private static readonly (string Name, long Milliseconds)[] _units =
        [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>Units go from large to small, each at most once.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = default;
        if (text is not { Length: > 0 and <= Longest })
        {
            return false;
        }

        var rest = text.AsSpan();
        if (rest.IndexOfAnyExceptInRange('.', '9') < 0)
        {
            return Number(rest, out var seconds) && Whole(seconds, out duration);
        }

        var (total, used) = (0.0, -1);
        while (!rest.IsEmpty)
        {
            var digits = Math.Max(0, rest.IndexOfAnyExceptInRange('.', '9'));
            var letters = rest[digits..].IndexOfAnyInRange('.', '9');
            var unit = Unit(letters < 0 ? rest[digits..] : rest.Slice(digits, letters));
            if (unit <= used || !Number(rest[..digits], out var count))
            {
                return false;
            }

            (total, used) = (total + (count * _units[unit].Milliseconds / 1000), unit);
            rest = letters < 0 ? [] : rest[(digits + letters)..];
        }

        return Whole(total, out duration);
    }

    /// <summary>The text that reads back as this; whole milliseconds.</summary>
    public static string Text(TimeSpan duration)
    {
        var left = (long)duration.TotalMilliseconds;
        if (left <= 0)
        {
            return "0s";
        }

        var text = new StringBuilder();
        foreach (var (name, milliseconds) in _units)
        {
            if (left >= milliseconds)
            {
                text.Append(CultureInfo.InvariantCulture, $"{left / milliseconds}{name}");
                left %= milliseconds;
            }
        }

        return text.ToString();
    }

    private static int Unit(ReadOnlySpan<char> name)
    {
        for (var i = 0; i < _units.Length; i++)
        {
            if (name.SequenceEqual(_units[i].Name))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool Number(ReadOnlySpan<char> text, out double number)
    {
        number = 0;
        return !text.IsEmpty && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }

    private static bool Whole(double seconds, out TimeSpan duration)
    {
        duration = seconds <= MostSeconds ? TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)) : default;
        return seconds <= MostSeconds;
    }

    internal sealed class Converter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var seconds) && seconds >= 0 && Whole(seconds, out var duration))
            {
                return duration;
            }

            return reader.TokenType == JsonTokenType.String && TryParse(reader.GetString(), out duration)
                ? duration
                : throw new JsonException("Expected a length of time such as \"1h30m\".");
        }

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(Text(value));
    }
}
