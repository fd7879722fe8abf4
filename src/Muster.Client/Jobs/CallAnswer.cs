using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Muster.Client.Http;

namespace Muster.Client.Jobs;

/// <summary>A job that was submitted and waited for, as far as a call needs it.</summary>
internal sealed record CallAnswer<T>(string Id, ResultPage<T> Results)
{
    public static JsonTypeInfo<CallAnswer<T>> Of(JsonTypeInfo<T> result) =>
        JsonMetadataServices.CreateValueInfo<CallAnswer<T>>(ClientJson.Default.Options, new Converter(ResultPage.Of(result)));

    private sealed class Converter(JsonTypeInfo<ResultPage<T>> results) : JsonConverter<CallAnswer<T>>
    {
        public override CallAnswer<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            string? id = null;
            ResultPage<T>? page = null;
            while (ResultPage.NextProperty(ref reader))
            {
                if (ResultPage.Is(ref reader, "id"u8))
                {
                    id = reader.GetString();
                }
                else if (ResultPage.Is(ref reader, "results"u8))
                {
                    page = JsonSerializer.Deserialize(ref reader, results);
                }
                else
                {
                    ResultPage.Pass(ref reader);
                }
            }

            return new CallAnswer<T>(id ?? throw new JsonException("A job has no id."), page ?? throw new JsonException("The answer has no results: this hub is older."));
        }

        public override void Write(Utf8JsonWriter writer, CallAnswer<T> value, JsonSerializerOptions options) => throw new NotSupportedException("Answers are only read.");
    }
}
