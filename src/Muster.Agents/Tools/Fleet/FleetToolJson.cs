using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Muster.Agents.Tools.Fleet;

internal sealed record MemoryQuery(string Query, int Limit);

internal sealed record MemoryNote(string Text, string Key);

internal sealed record ScheduleWanted(
    string Action, string? Message, string? Instruction, string? When, long? DelaySeconds, long? IntervalSeconds, string? Cron, string? Zone, string? Node, string? ConvId,
    int? MaxRuns, string Key);

internal sealed record ScheduleName(string Id);

/// <summary>What the hub says of schedules; it says more.</summary>
internal sealed record ScheduleSaid(string Text);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(MemoryQuery))]
[JsonSerializable(typeof(MemoryNote))]
[JsonSerializable(typeof(ScheduleWanted))]
[JsonSerializable(typeof(ScheduleName))]
[JsonSerializable(typeof(ScheduleSaid))]
[JsonSerializable(typeof(JobQuote))]
[JsonSerializable(typeof(FleetSeen))]
[JsonSerializable(typeof(FleetAnswer))]
[JsonSerializable(typeof(JobAsked))]
[JsonSerializable(typeof(JobSaid))]
internal sealed partial class FleetToolJson : JsonSerializerContext
{
    /// <summary>Text stays as it is, so that what is compared and stored is what was said.</summary>
    public static FleetToolJson Plain { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
