using System.Text.Json.Serialization;

namespace Muster.Protocol.Jobs;

/// <summary>
/// A job as a user describes it; docs/jobs.md has the rules and the limits. What is left null is left out of the JSON, and the hub
/// fills in its default. <see cref="JobSpecJson"/> writes and reads it without reflection.
/// </summary>
public sealed record JobSpec
{
    /// <summary>What people see in lists; at most 200 characters. Null: made of the first task.</summary>
    public string? Name { get; init; }

    /// <summary>At most 10,000 entries and 1,000,000 tasks in all.</summary>
    public required IReadOnlyList<TaskSpec> Tasks { get; init; }

    public SpecPriority? Priority { get; init; }

    /// <summary>Most that the job may cost, in credits with six decimals. Null: what the quote says.</summary>
    [JsonConverter(typeof(AmountConverter))]
    public decimal? MaxCpt { get; init; }

    /// <summary>From submission to the end of the last task; what is not done by then expires.</summary>
    [JsonConverter(typeof(Duration.Converter))]
    public TimeSpan? Deadline { get; init; }

    public SpecPlacement? Placement { get; init; }
}

[JsonConverter(typeof(SpecWords<SpecPriority>))]
public enum SpecPriority
{
    Low,
    Normal,
    High,
    Urgent,
}

[JsonConverter(typeof(SpecWords<SpecPlacement>))]
public enum SpecPlacement
{
    /// <summary>Over as many nodes as there are.</summary>
    Spread,

    /// <summary>One node is filled before the next is used.</summary>
    Pack,
}
