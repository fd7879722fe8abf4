using System.Text.Json.Serialization;
using Muster.Client.Jobs;
using Muster.Client.Wallet;

namespace Muster.Cli.Jobs;

/// <summary>An event of a job as --json prints it: <c>job</c>, <c>task</c>, <c>log</c> or <c>why</c>.</summary>
internal sealed record EventLine(string Event)
{
    public JobInfo? Job { get; init; }

    public TaskInfo? Task { get; init; }

    public WhyInfo? Why { get; init; }

    /// <summary>Of a <c>log</c>.</summary>
    public string? TaskId { get; init; }

    public int? Attempt { get; init; }

    public long? Offset { get; init; }

    public bool? Stderr { get; init; }

    public string? Text { get; init; }

    public static EventLine? Of(JobEvent e) => e switch
    {
        JobChanged changed => new EventLine("job") { Job = changed.Job },
        TaskChanged changed => new EventLine("task") { Task = changed.Task },
        _ => null,
    };
}

internal sealed record QuoteLine([property: JsonConverter(typeof(CreditsAsText))] decimal Quote, int Tasks);
