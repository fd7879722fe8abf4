namespace Muster.Hub.Ledger;

/// <summary>A transfer before it is written.</summary>
/// <param name="Key">The same key never moves credits twice; null for one that nobody repeats.</param>
internal sealed record LedgerEntry(string? Key, LedgerAccount Debit, LedgerAccount Credit, long Micro, string Kind)
{
    /// <summary>The thing that it pays for, such as a job.</summary>
    public string Reference { get; init; } = "";

    public string Note { get; init; } = "";

    /// <summary>The user who had it done; empty for the hub itself.</summary>
    public string Actor { get; init; } = "";
}

/// <summary>A transfer as written.</summary>
internal sealed record LedgerRow
{
    public long Number { get; init; }
    public string? Key { get; init; }
    public long Debit { get; init; }
    public long Credit { get; init; }
    public long Amount { get; init; }
    public required string Kind { get; init; }
    public required string Reference { get; init; }
    public required string Note { get; init; }
    public required string Actor { get; init; }
    public long At { get; init; }
}
