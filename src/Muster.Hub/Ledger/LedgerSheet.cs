using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>
/// The accounts that one piece of work touches: read once, changed in memory, and each written once, in the order of their numbers, so
/// that two hubs never wait for each other. What is not saved has not happened.
/// </summary>
internal sealed class LedgerSheet
{
    private readonly Dictionary<string, LedgerAccount> _accounts = new(StringComparer.Ordinal);
    private readonly List<LedgerEntry> _entries = [];

    public static LedgerSheet Open(Transaction tx, IEnumerable<string> names)
    {
        var sheet = new LedgerSheet();
        var wanted = names.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var account in LedgerStore.Accounts(tx, wanted))
        {
            sheet._accounts.Add(account.Name, account);
        }

        foreach (var name in wanted)
        {
            sheet._accounts.TryAdd(name, new LedgerAccount(name));
        }

        return sheet;
    }

    public LedgerAccount this[string name] => _accounts[name];

    /// <exception cref="LedgerException">The debited account has less than that; nothing has changed.</exception>
    public void Add(LedgerEntry entry)
    {
        if (entry.Debit.Free < entry.Micro)
        {
            throw entry.Debit.Name == LedgerAccounts.Issuance
                ? LedgerException.TooLarge()
                : LedgerException.TooLittle(entry.Micro, entry.Debit.Free, entry.Debit.Held);
        }

        entry.Debit.Take(entry.Micro);
        entry.Credit.Give(entry.Micro);
        _entries.Add(entry);
    }

    /// <returns>The numbers of the transfers, in the order in which they were added.</returns>
    public IReadOnlyList<long> Save(Transaction tx, DateTimeOffset at)
    {
        var changed = _accounts.Values.Where(account => account.Changed).ToList();
        foreach (var account in changed.Where(account => account.Number == 0).OrderBy(account => account.Name, StringComparer.Ordinal))
        {
            account.Number = LedgerStore.OpenAccount(tx, account.Name);
        }

        var numbers = LedgerStore.Insert(tx, _entries, at);
        LedgerStore.Apply(tx, changed.OrderBy(account => account.Number));
        return numbers;
    }
}
