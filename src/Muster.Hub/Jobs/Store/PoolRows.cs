using Muster.Hub.Jobs.Pool;

namespace Muster.Hub.Jobs.Store;

/// <summary>Everything of a pool that is kept, as rows: what a turn writes, and what a start reads.</summary>
internal sealed record PoolImage
{
    public IReadOnlyList<JobRow> Jobs { get; init; } = [];

    /// <summary>All tasks with a row of the jobs above.</summary>
    public IReadOnlyList<TaskRow> Tasks { get; init; } = [];

    public IReadOnlyList<OwnerRow> Owners { get; init; } = [];

    public IReadOnlyList<TrustRow> Trust { get; init; } = [];

    public long NextJob { get; init; } = 1;

    public long NextBatch { get; init; } = 1;
}

/// <param name="Live">It, or an attempt of it, is not over.</param>
internal sealed record JobRow(
    long Number,
    string Id,
    string Owner,
    string Name,
    JobState State,
    string? Reason,
    JobPriority Priority,
    long SubmittedAt,
    long? StartedAt,
    long? EndedAt,
    long Version,
    int TaskCount,
    CountRow Counts,
    long Hold,
    long HoldRest,
    long Spent,
    long? PausedAt,
    bool Live,
    int HoldNumber = 1)
{
    /// <summary>Written when the job is new, and never again.</summary>
    public JobPlan? Plan { get; init; }
}

internal sealed record CountRow(int Running, int Verifying, int Succeeded, int Failed, int Cancelled, int Expired, int Skipped);

/// <param name="Attempt">Number of the last attempt; 0: it ended without one.</param>
/// <param name="Open">It, or an attempt of it, is not over.</param>
internal sealed record TaskRow(long Job, int Index, TaskState State, long Version, bool Open, int Attempt, byte[] Detail, byte[]? Result);

/// <param name="Usage">Weighed as of <paramref name="At"/>.</param>
internal sealed record OwnerRow(string User, double Usage, long At);

internal sealed record TrustRow(string Node, TrustLevel Level, int Streak);
