using Muster.Protocol.Ids;
using Muster.Protocol.Wire;

namespace Muster.Node.Background;

/// <summary>A tool call that went on in the background, as it is stored.</summary>
internal sealed record BackgroundRow
{
    public required string JobId { get; init; }

    public required string RunId { get; init; }

    public required string CallId { get; init; }

    public required string ConversationId { get; init; }

    public required string UserId { get; init; }

    public long Epoch { get; init; }

    public required string Language { get; init; }

    public required string Tool { get; init; }

    /// <summary>The command or prompt as given.</summary>
    public required string Line { get; init; }

    /// <summary>What the assistant is asked to do when it is over; empty: nothing.</summary>
    public required string Follow { get; init; }

    /// <summary>Unix milliseconds, as all times here.</summary>
    public long StartedAt { get; init; }

    public double MaxSeconds { get; init; }

    public string State { get; init; } = Running;

    /// <summary>As in the result that goes to the hub; empty while it runs.</summary>
    public string Outcome { get; init; } = "";

    public int ExitCode { get; init; }

    public string Error { get; init; } = "";

    public long? EndedAt { get; init; }

    public long? Job { get; init; }

    public long? Task { get; init; }

    public long? Attempt { get; init; }

    public const string Running = "running";
    public const string Ended = "ended";
    public const string Told = "told";

    /// <summary>The name by which people and models know it, as <c>/tasks</c> shows it.</summary>
    public string Short => ShortOf(JobId);

    public TimeSpan Elapsed(DateTimeOffset now) => TimeSpan.FromMilliseconds(Math.Max(0, (EndedAt ?? now.ToUnixTimeMilliseconds()) - StartedAt));

    /// <summary>Its place in the pool; null while the hub has not said it.</summary>
    public AttemptRef? Ref => Job is { } job ? new AttemptRef { Job = (ulong)job, Task = (uint)(Task ?? 0), Attempt = (uint)(Attempt ?? 1) } : null;

    public static string JobOf(string run, string call) => Id<Job>.Within(Id<Run>.Parse(run), call).ToString();

    public static string ShortOf(string job) => TaskIds.Of(Id<Job>.Parse(job), 0).Short;
}
