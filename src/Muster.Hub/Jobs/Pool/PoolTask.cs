using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool;

/// <summary>One task from its first lease until it and its attempts are over.</summary>
internal sealed class PoolTask(PoolStep step, int index)
{
    public PoolStep Step => step;

    public PoolJob Job => step.Job;

    public int Index => index;

    public TaskState State { get; set; } = TaskState.Ready;

    public int LastAttempt { get; set; }

    public List<PoolAttempt> Attempts { get; } = new(1);

    public int Failures { get; set; }

    public int Losses { get; set; }

    /// <summary>What its models may cost, in micro-credits, where a person changed what its step says.</summary>
    public long? AllowedModelMicro { get; set; }

    /// <summary>What its models may cost, in micro-credits; null: it has no limit of its own.</summary>
    public long? MostModelMicro => AllowedModelMicro ?? Step.Plan.MaxModelMicro;

    /// <summary>Why it failed or waits, for a person.</summary>
    public string? Reason { get; set; }

    /// <summary>Not to be leased again before, in Unix milliseconds.</summary>
    public long NotBefore { get; set; }

    /// <summary>Nodes on which it failed.</summary>
    public List<PoolNode>? Avoid { get; set; }

    /// <summary>Copies that must agree now; decided at the first lease.</summary>
    public int CopiesWanted { get; set; } = 1;

    public long Version { get; set; }

    public bool Dirty { get; set; }

    /// <summary>In its step's queue of tasks to be leased again.</summary>
    public bool WaitsInStep { get; set; }

    /// <summary>The attempt whose result counts.</summary>
    public PoolAttempt? Winner { get; set; }

    public bool HasOpenAttempts
    {
        get
        {
            foreach (var attempt in Attempts)
            {
                if (attempt.State.IsOpen())
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Fewer copies run or have given a result than are wanted.</summary>
    public bool NeedsAttempt
    {
        get
        {
            var usable = 0;
            foreach (var attempt in Attempts)
            {
                usable += attempt is { Current: true } && (attempt.State.IsOpen() || attempt.IsResult) ? 1 : 0;
            }

            return !State.IsFinal() && usable < CopiesWanted;
        }
    }

    public PoolAttempt? Find(int number)
    {
        for (var at = Attempts.Count - 1; at >= 0; at--)
        {
            if (Attempts[at].Number == number)
            {
                return Attempts[at];
            }
        }

        return null;
    }
}

internal sealed class PoolAttempt(PoolTask task, int number, PoolNode node, long leasedAt)
{
    public PoolTask Task => task;

    public int Number => number;

    public PoolNode Node => node;

    public long LeasedAt { get; } = leasedAt;

    public AttemptState State { get; set; }

    /// <summary>It takes room on its node.</summary>
    public bool Reserved { get; set; }

    /// <summary>No other attempt has taken its place; only such a result is accepted.</summary>
    public bool Current { get; set; } = true;

    /// <summary>Why it was told to stop.</summary>
    public string? StopReason { get; set; }

    /// <summary>How often its node has connected anew without having it.</summary>
    public int Missed { get; set; }

    public long StartedAt { get; set; }

    public long EndedAt { get; set; }

    /// <summary>Up to when it was paid for.</summary>
    public long BilledAt { get; set; } = leasedAt;

    /// <summary>In escrow.</summary>
    public long BilledMicro { get; set; }

    /// <summary>What it has cost altogether.</summary>
    public long Micro { get; set; }

    /// <summary>Charges made for it.</summary>
    public int Parts { get; set; }

    /// <summary>It was paid; nothing more is owed.</summary>
    public bool Settled { get; set; }

    /// <summary>Newest sample while it runs.</summary>
    public AttemptUse Use { get; set; }

    public long FrozenAt { get; set; }

    /// <summary>Time in which it did not run, which costs nothing.</summary>
    public long FrozenMs { get; set; }

    public int Rank { get; set; }

    public required string NodeName { get; init; }

    /// <summary>Who owned the node when it was leased, and what that cost: what was agreed stays.</summary>
    public required Id<User> Owner { get; init; }

    /// <summary>In thousandths of the price list.</summary>
    public required long Price { get; init; }

    /// <summary>What the node said at its end.</summary>
    public AttemptEnd? End { get; set; }

    /// <summary>The program itself came to an end, well or not.</summary>
    public bool IsResult => State == AttemptState.Ended
        && End?.Outcome is AttemptOutcome.Succeeded or AttemptOutcome.Failed or AttemptOutcome.TimedOut or AttemptOutcome.OutOfMemory or AttemptOutcome.OutOfDisk;
}
