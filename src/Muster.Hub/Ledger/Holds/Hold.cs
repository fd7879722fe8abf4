using Muster.Protocol.Ids;

namespace Muster.Hub.Ledger.Holds;

/// <summary>Credits set aside for something, such as a job whose id is the key: placed once, captured in parts, released once.</summary>
internal sealed record Hold
{
    public required string Key { get; init; }

    /// <summary>The user who pays.</summary>
    public required string Payer { get; init; }

    public long Amount { get; init; }

    public long Captured { get; init; }

    /// <summary>The part of it that came out of the bonus.</summary>
    public long BonusCaptured { get; init; }

    /// <summary>What is still set aside of the payer's own credits, and of the bonus, which goes first.</summary>
    public long OwnRest { get; init; }

    public long BonusRest { get; init; }

    public long PlacedAt { get; init; }

    public long? ClosedAt { get; init; }

    public bool Open => ClosedAt is null;

    public long Rest => OwnRest + BonusRest;

    internal string OwnAccount => LedgerAccounts.User(Id<User>.Parse(Payer));

    internal string BonusAccount => LedgerAccounts.Bonus(Id<User>.Parse(Payer));
}

/// <summary>A part of a hold that is due.</summary>
/// <param name="Reference">
/// What it is for: the same (hold, account, kind, reference) is captured once, and those of one call are one transfer. A loop that pays
/// for many tasks at a time takes its turn as the reference.
/// </param>
internal sealed record HoldCapture(string HoldKey, string ToAccount, long Micro, string Kind, string Reference);

/// <summary>A part of a hold that was captured and is not earned: its attempt was lost, or wrong.</summary>
/// <param name="FromAccount">The account that it was captured to.</param>
/// <param name="Reference">As with a capture: the same (hold, account, reference) is given back once.</param>
internal sealed record HoldReturn(string HoldKey, string FromAccount, long Micro, string Reference);

/// <param name="Moved">What this call took out of the hold, or gave back.</param>
/// <param name="Rest">What is still set aside.</param>
internal sealed record HoldRest(string HoldKey, long Moved, long Rest);

/// <summary>Whose keys a kind of holds has, so that one whose owner never came to be, or is gone, can be found and released.</summary>
/// <param name="Prefix">What its keys begin with, such as <c>job_</c>.</param>
/// <param name="Exists">A query with a row while the thing exists, as <c>select 1 from jobs where jobs.id = ledger_holds.key</c>.</param>
internal sealed record HoldSource(string Prefix, string Exists);
