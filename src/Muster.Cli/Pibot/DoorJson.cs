using System.Text.Json.Serialization;
using Muster.Node.Doors;

namespace Muster.Cli.Pibot;

internal sealed record Accepted(bool Success, string TaskId, string Status);

internal sealed record Busy(bool Success, string Error, string Status);

internal sealed record Refused(bool Success, string Error);

internal sealed record Cancelled(
    bool Success,
    [property: JsonPropertyName("cancelled")] bool WasCancelled);

internal sealed record WorkerHealth(string Status, string WorkerId, string? CurrentTask);

internal sealed record WorkerStatus(string WorkerId, string Status, string? CurrentTask, int TotalTasks);

/// <summary>The bodies of PiBot's routes, as its own worker writes them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(Accepted))]
[JsonSerializable(typeof(Busy))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(Cancelled))]
[JsonSerializable(typeof(WorkerHealth))]
[JsonSerializable(typeof(WorkerStatus))]
[JsonSerializable(typeof(PibotTask))]
internal sealed partial class DoorJson : JsonSerializerContext;
