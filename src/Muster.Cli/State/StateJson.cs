using System.Text.Json.Serialization;

namespace Muster.Cli.State;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    WriteIndented = true)]
[JsonSerializable(typeof(HubFile))]
[JsonSerializable(typeof(StoredCredential))]
internal sealed partial class StateJson : JsonSerializerContext;
