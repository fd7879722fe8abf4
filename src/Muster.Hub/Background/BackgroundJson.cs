using System.Text.Json.Serialization;

namespace Muster.Hub.Background;

internal sealed record OutputHead(string? Output, bool Cut);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OutputHead))]
internal sealed partial class BackgroundJson : JsonSerializerContext;
