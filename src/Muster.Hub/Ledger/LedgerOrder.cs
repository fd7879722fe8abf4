namespace Muster.Hub.Ledger;

/// <summary>Credits that are to go from one account to another.</summary>
/// <param name="Key">Made once by whoever orders it and kept over every retry; null for what nobody repeats.</param>
internal sealed record LedgerOrder(string? Key, string From, string To, long Micro, string Kind)
{
    public string Reference { get; init; } = "";

    public string Note { get; init; } = "";

    public string Actor { get; init; } = "";

    /// <summary>What the sender pays to the hub on top.</summary>
    public long Fee { get; init; }

    internal string? FeeKey => Key is null ? null : "fee:" + Key;
}

/// <summary>What became of an order: one of both.</summary>
internal sealed record LedgerOutcome(LedgerReceipt? Receipt, LedgerException? Refusal);

/// <param name="Repeated">It had been done before, and was not done again.</param>
internal sealed record LedgerReceipt(long Number, long Micro, long Fee, DateTimeOffset At, bool Repeated);
