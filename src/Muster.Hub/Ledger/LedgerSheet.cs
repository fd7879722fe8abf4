using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>
/// The accounts that one piece of work touches: read once, changed in memory, each written once. What is not saved has not happened.
/// </summary>
internal sealed class LedgerSheet
{
    private readonly Dictionary<string, LedgerAccount> _accounts = new(StringComparer.Ordinal);
    private readonly List<LedgerEntry> _entries = [];
    private readonly Transaction _tx;
    private readonly long _first;

    private LedgerSheet(Transaction tx, long first) => (_tx, _first) = (tx, first);

    public LedgerAccount this[string name] => _accounts[name];

    /// <summary>Begins a change of the ledger: from here on no other hub changes it until this transaction ends.</summary>
    /// <param name="most">How many transfers it may make.</param>
    public static LedgerSheet Begin(Transaction tx, int most) => new(tx, LedgerStore.Reserve(tx, most));

    public LedgerSheet Read(IEnumerable<string> names)
    {
        var wanted = names.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var account in LedgerStore.Accounts(_tx, wanted))
        {
            _accounts.Add(account.Name, account);
        }

        foreach (var name in wanted)
        {
            _accounts.TryAdd(name, new LedgerAccount(name));
        }

        return this;
    }

    /// <summary>Why an account cannot give that much, or null.</summary>
    public static LedgerException? Shortage(LedgerAccount debit, long micro) => debit.Free >= micro ? null
        : debit.Name == LedgerAccounts.Issuance ? LedgerException.TooLarge()
        : LedgerException.TooLittle(micro, debit.Free, debit.Held);

    /// <returns>The number that the transfer gets.</returns>
    /// <exception cref="LedgerException">The debited account has less than that; nothing has changed.</exception>
    public long Add(LedgerEntry entry)
    {
        if (Shortage(entry.Debit, entry.Micro) is { } shortage)
        {
            throw shortage;
        }

        entry.Debit.Take(entry.Micro);
        entry.Credit.Give(entry.Micro);
        _entries.Add(entry);
        return _first + _entries.Count - 1;
    }

    public void Save(DateTimeOffset at)
    {
        var changed = _accounts.Values.Where(account => account.Changed).ToList();
        foreach (var account in changed.Where(account => account.Number == 0))
        {
            account.Number = LedgerStore.OpenAccount(_tx, account.Name);
        }

        LedgerStore.Insert(_tx, _entries, _first, at);
        LedgerStore.Update(_tx, changed);
    }
}
