namespace Muster.Hub.Ledger;

/// <summary>One account inside a piece of work: what was read, and what has changed since.</summary>
internal sealed class LedgerAccount(string name)
{
    public string Name { get; } = name;

    /// <summary>0 until it is stored.</summary>
    public long Number { get; set; }

    public long Balance { get; private set; }

    /// <summary>The part of the balance that holds have set aside.</summary>
    public long Held { get; private set; }

    public long BalanceChange { get; private set; }

    public long HeldChange { get; private set; }

    /// <summary>All that came in during this work; what went out again is not taken off.</summary>
    public long Received { get; private set; }

    public bool Changed => BalanceChange != 0 || HeldChange != 0 || Received != 0;

    /// <summary>What may still be spent. The source of all credits has what it has not yet given out.</summary>
    public long Free => Name == LedgerAccounts.Issuance ? long.MaxValue + Balance : Balance - Held;

    public LedgerAccount Read(long number, long balance, long held)
    {
        (Number, Balance, Held) = (number, balance, held);
        return this;
    }

    public void Take(long micro)
    {
        Balance = checked(Balance - micro);
        BalanceChange = checked(BalanceChange - micro);
    }

    public void Give(long micro)
    {
        Balance = checked(Balance + micro);
        BalanceChange = checked(BalanceChange + micro);
        Received = checked(Received + micro);
    }

    public void Hold(long micro)
    {
        Held = checked(Held + micro);
        HeldChange = checked(HeldChange + micro);
    }
}
