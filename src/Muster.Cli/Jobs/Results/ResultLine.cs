using System.Text.Json;
using System.Text.Json.Serialization;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Results;

/// <summary>One task's result as --json prints it.</summary>
internal sealed record ResultLine(int Task, string Id, string State, JsonElement? Result, string? Reason, int? ExitCode = null, IReadOnlyList<OutputInfo>? Outputs = null)
{
    /// <summary>What an agent said, for a person; null of all other tasks.</summary>
    [JsonIgnore]
    public string? Said { get; init; }
}
