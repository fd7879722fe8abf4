using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>A spec as JSON without reflection: <c>JsonSerializer.SerializeToUtf8Bytes(spec, JobSpecJson.Default.JobSpec)</c>.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(JobSpec))]
public sealed partial class JobSpecJson : JsonSerializerContext;

internal sealed class SpecWords<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>Written as text, so that nobody's floating point touches money.</summary>
internal sealed class AmountConverter : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out var amount))
        {
            return amount;
        }

        return reader.TokenType == JsonTokenType.String
            && decimal.TryParse(reader.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out amount)
            ? amount
            : throw new JsonException("Expected an amount of credits such as \"25.000000\".");
    }

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString("0.000000######", CultureInfo.InvariantCulture));
}

internal sealed class CommandConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return ["sh", "-c", reader.GetString()!];
        }

        var words = new List<string>();
        var list = reader.TokenType == JsonTokenType.StartArray;
        while (list && reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            words.Add(reader.GetString()!);
        }

        return reader.TokenType == JsonTokenType.EndArray ? words : throw new JsonException("Expected a text or a list of texts as command.");
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var word in value)
        {
            writer.WriteStringValue(word);
        }

        writer.WriteEndArray();
    }
}
