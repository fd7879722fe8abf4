using System.Text.Json.Serialization;
using Muster.Hub.Together;

namespace Muster.Hub.Background;

internal sealed record OutputHead(string? Output, bool Cut);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OutputHead))]
[JsonSerializable(typeof(FleetTable))]
[JsonSerializable(typeof(JobHead))]
internal sealed partial class BackgroundJson : JsonSerializerContext;
