using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Node.Tools.Hardware;

internal sealed record SensorReadings(IReadOnlyList<SensorReading> Sensors);

internal sealed record SensorReading(string Name, string Kind, string Unit, double? Value, string? Problem);

internal sealed record GpioListing(IReadOnlyList<GpioChip> Chips, IReadOnlyList<GpioLine> Lines);

internal sealed record GpioAnswer(string Chip, int Offset, string? Name, int Value, string? Note);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SensorReadings))]
[JsonSerializable(typeof(GpioListing))]
[JsonSerializable(typeof(GpioAnswer))]
internal sealed partial class HardwareJson : JsonSerializerContext
{
    /// <summary>Degrees and ohms stay as they are.</summary>
    public static HardwareJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
