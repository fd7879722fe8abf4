using System.Text.Json;
using System.Text.Json.Nodes;

namespace Muster.Hub.Jobs.Spec;

/// <summary>The JSON Schema of a spec, for editors and other programs: what <c>GET /api/v1/job-schema</c> answers.</summary>
internal static class JobSchema
{
    public const string ContentType = "application/schema+json";
    private const string Resource = "job-schema.json";
    private static readonly Lazy<byte[]> _document = new(Build);

    /// <summary>UTF-8.</summary>
    public static ReadOnlyMemory<byte> Document => _document.Value;

    /// <summary>The spec of one task has the fields of the job and of the task at its top; they are written down once.</summary>
    private static byte[] Build()
    {
        using var stream = typeof(JobSchema).Assembly.GetManifestResourceStream(Resource)!;
        var root = JsonNode.Parse(stream)!.AsObject();
        var kinds = root["$defs"]!.AsObject();
        var single = kinds["task"]!.DeepClone().AsObject();
        single["description"] = "A job of one task: the fields of both.";
        foreach (var (name, field) in kinds["job"]!["properties"]!.AsObject().Where(field => field.Key != "tasks"))
        {
            single["properties"]![name] = field!.DeepClone();
        }

        kinds.Add("single", single);
        return JsonSerializer.SerializeToUtf8Bytes(root, SchemaJson.Default.JsonObject);
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(JsonObject))]
internal sealed partial class SchemaJson : System.Text.Json.Serialization.JsonSerializerContext;
