using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Muster.Protocol.Jobs;

/// <summary>One JSON value as its UTF-8 text: what a function is called with. At most 64 KiB.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct JsonPayload(ReadOnlyMemory<byte> Utf8)
{
    public static JsonPayload Of<T>(T value, JsonTypeInfo<T> type) => new(JsonSerializer.SerializeToUtf8Bytes(value, type));

    internal sealed class Converter : JsonConverter<JsonPayload>
    {
        public override JsonPayload Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            using var value = JsonDocument.ParseValue(ref reader);
            return new JsonPayload(System.Text.Encoding.UTF8.GetBytes(value.RootElement.GetRawText()));
        }

        public override void Write(Utf8JsonWriter writer, JsonPayload value, JsonSerializerOptions options) => writer.WriteRawValue(value.Utf8.Span);
    }
}
