namespace Muster.Hub.Ledger;

/// <summary>The ledger refuses, and nothing of what was asked has happened; the message is for a person.</summary>
internal sealed class LedgerException(string code, string message) : Exception(message)
{
    /// <summary><c>insufficient_credits</c>, <c>idempotency_conflict</c>, <c>conflict</c>, <c>not_found</c> or <c>too_large</c>.</summary>
    public string Code { get; } = code;

    public static LedgerException TooLittle(long needed, long free, long held) => new(
        "insufficient_credits",
        $"This needs {new Credits(needed)} CPT and {new Credits(free)} CPT are free"
        + (held > 0 ? $" ({new Credits(held)} CPT more are held for jobs and models: what these do not use comes back)" : "")
        + ". Take a smaller amount, or ask the hub's owner for more (muster wallet grant).");

    public static LedgerException OtherFields(string what) =>
        new("idempotency_conflict", $"This idempotency key was used for another {what}: use a new one.");

    public static LedgerException TooLarge() => new("too_large", $"There can be at most {new Credits(long.MaxValue)} CPT in all: take a smaller amount.");
}
