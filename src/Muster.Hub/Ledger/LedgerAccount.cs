namespace Muster.Hub.Ledger;

/// <summary>One account inside a piece of work.</summary>
internal sealed class LedgerAccount(string name)
{
    public string Name { get; } = name;

    /// <summary>0 until it is stored.</summary>
    public long Number { get; set; }

    public long Balance { get; private set; }

    /// <summary>The part of the balance that holds have set aside.</summary>
    public long Held { get; private set; }

    /// <summary>All that ever came in; it stops at the most that can be counted.</summary>
    public long Received { get; private set; }

    public bool Changed { get; private set; }

    /// <summary>What may still be spent. The source of all credits has what it has not yet given out.</summary>
    public long Free => Name == LedgerAccounts.Issuance ? long.MaxValue + Balance : Balance - Held;

    public LedgerAccount Read(long number, long balance, long held, long received)
    {
        (Number, Balance, Held, Received) = (number, balance, held, received);
        return this;
    }

    public void Take(long micro)
    {
        Balance = checked(Balance - micro);
        Changed = true;
    }

    public void Give(long micro)
    {
        Balance = checked(Balance + micro);
        Received = micro > long.MaxValue - Received ? long.MaxValue : Received + micro;
        Changed = true;
    }

    /// <summary>Sets aside; below zero it gives free.</summary>
    public void Hold(long micro)
    {
        Held = checked(Held + micro);
        Changed |= micro != 0;
    }
}
