using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Protocol.Jobs;

namespace Muster.Client.Jobs;

/// <summary>
/// What describes a job: a <see cref="JobSpec"/>, its YAML as text (both convert by themselves), or its JSON as bytes. In mistakes that
/// the hub finds in a text, lines are counted as they are in it.
/// </summary>
[JsonConverter(typeof(Converter))]
public readonly struct JobSource
{
    private readonly JobSpec? _spec;
    private readonly string? _yaml;
    private readonly ReadOnlyMemory<byte> _json;

    private JobSource(JobSpec? spec, string? yaml, ReadOnlyMemory<byte> json) => (_spec, _yaml, _json) = (spec, yaml, json);

    public static implicit operator JobSource(JobSpec spec) => Of(spec);

    public static implicit operator JobSource(string yaml) => Yaml(yaml);

    public static JobSource Of(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new JobSource(spec, null, default);
    }

    public static JobSource Yaml(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new JobSource(null, text, default);
    }

    /// <param name="utf8">One JSON value; sent as it is.</param>
    /// <exception cref="JsonException">It is none, and where that begins.</exception>
    public static JobSource Json(ReadOnlyMemory<byte> utf8)
    {
        using (JsonDocument.Parse(utf8))
        {
            return new JobSource(null, null, utf8);
        }
    }

    /// <summary>False where it is plain that it names no file of this machine.</summary>
    internal bool MayNameFiles => _spec is null || _spec.Tasks.Any(task => task.Inputs is { Count: > 0 } || task.Package is not null);

    internal sealed class Converter : JsonConverter<JobSource>
    {
        public override JobSource Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("A source is only sent.");

        public override void Write(Utf8JsonWriter writer, JobSource value, JsonSerializerOptions options)
        {
            if (value._spec is { } spec)
            {
                JsonSerializer.Serialize(writer, spec, JobSpecJson.Default.JobSpec);
            }
            else if (value._yaml is { } yaml)
            {
                writer.WriteStringValue(yaml);
            }
            else
            {
                writer.WriteRawValue(value._json.Span, skipInputValidation: true);
            }
        }
    }
}
