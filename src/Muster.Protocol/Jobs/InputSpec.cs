using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>Where an input comes from: one of a local file, an artifact, or the outputs of an earlier task.</summary>
[JsonConverter(typeof(Converter))]
public sealed record InputSpec
{
    private InputSpec(string? source, string? step) => (Source, Step) = (source, step);

    /// <summary>A path on the submitter's machine, or <c>sha256:</c> and 64 hexadecimal digits.</summary>
    public string? Source { get; }

    /// <summary>The id of the task whose outputs are meant; the input's name is then a folder, <c>frames/</c>.</summary>
    public string? Step { get; }

    /// <param name="path">As the files of the submission name it; may have <c>${index}</c> in it, for a file of its own for each task of an array.</param>
    public static InputSpec File(string path) => new(path, null);

    /// <param name="sha256">64 hexadecimal digits.</param>
    public static InputSpec Artifact(string sha256) => new("sha256:" + sha256, null);

    public static InputSpec From(string step) => new(null, step);

    internal sealed class Converter : JsonConverter<InputSpec>
    {
        public override InputSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.String)
            {
                return new InputSpec(reader.GetString(), null);
            }

            using var value = JsonDocument.ParseValue(ref reader);
            return value.RootElement is { ValueKind: JsonValueKind.Object } map && map.TryGetProperty("from", out var step) && step.ValueKind == JsonValueKind.String
                ? From(step.GetString()!)
                : throw new JsonException("Expected a path, \"sha256:…\" or {\"from\": \"task\"}.");
        }

        public override void Write(Utf8JsonWriter writer, InputSpec value, JsonSerializerOptions options)
        {
            if (value.Source is not null)
            {
                writer.WriteStringValue(value.Source);
                return;
            }

            writer.WriteStartObject();
            writer.WriteString("from", value.Step);
            writer.WriteEndObject();
        }
    }
}
