using Muster.Hub.Ledger.Holds;
using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>
/// Proves that the ledger adds up. It remembers how far it has added transfers up, so a second check reads only those made since; kept
/// by <see cref="LedgerUpkeep"/> it is cheap however long the history.
/// </summary>
internal sealed class LedgerProof
{
    public const int Most = 20;
    private const int AtOnce = 100_000;
    private readonly Dictionary<long, long> _sums = [];
    private long _last;

    /// <summary>The number of the last transfer that was added up.</summary>
    public long Last => _last;

    /// <returns>What does not hold, each a sentence; at most twenty.</returns>
    public IReadOnlyList<string> Check(Transaction tx)
    {
        while (Fold(tx))
        {
            // on to the transfers that are left
        }

        var accounts = tx.Query<Account>("select number Number, name Name, balance Balance, held Held from ledger_accounts");
        return [.. Sum(accounts).Concat(Floors(accounts)).Concat(Folded(accounts)).Concat(Held(tx, accounts)).Take(Most)];
    }

    /// <summary>Adds up the next transfers; false when there are no more.</summary>
    public bool Fold(Transaction tx)
    {
        var next = tx.Query<(long Number, long Debit, long Credit, long Amount)>(
            "select number, debit, credit, amount from ledger_transfers where number > @last order by number limit @AtOnce", new { last = _last, AtOnce });
        foreach (var (number, debit, credit, amount) in next)
        {
            _sums[debit] = checked(_sums.GetValueOrDefault(debit) - amount);
            _sums[credit] = checked(_sums.GetValueOrDefault(credit) + amount);
            _last = number;
        }

        return next.Count == AtOnce;
    }

    private static IEnumerable<string> Sum(IReadOnlyList<Account> accounts)
    {
        var sum = accounts.Aggregate(Int128.Zero, (sum, account) => sum + account.Balance);
        if (sum != 0)
        {
            yield return $"All accounts together hold {sum} micro-credits in place of 0.";
        }
    }

    private static IEnumerable<string> Floors(IEnumerable<Account> accounts) => accounts
        .Where(account => account.Held < 0 || (account.Balance < account.Held && account.Name != LedgerAccounts.Issuance))
        .Select(account => $"{account.Name} has {account.Balance} micro-credits, of which {account.Held} are held.");

    private IEnumerable<string> Folded(IReadOnlyList<Account> accounts)
    {
        foreach (var account in accounts.Where(account => account.Balance != _sums.GetValueOrDefault(account.Number)))
        {
            yield return $"{account.Name} has {account.Balance} micro-credits, and its transfers add up to {_sums.GetValueOrDefault(account.Number)}.";
        }

        foreach (var number in _sums.Keys.Except(accounts.Select(account => account.Number)))
        {
            yield return $"Transfers name an account {number} that there is not.";
        }
    }

    private static IEnumerable<string> Held(Transaction tx, IEnumerable<Account> accounts)
    {
        var open = HoldStore.OpenRests(tx)
            .SelectMany(rest => ((string, long)[])[(LedgerAccounts.User(rest.Payer), rest.Own), (LedgerAccounts.Bonus(rest.Payer), rest.Bonus)])
            .ToDictionary(rest => rest.Item1, rest => rest.Item2, StringComparer.Ordinal);
        foreach (var account in accounts)
        {
            open.Remove(account.Name, out var held);
            if (held != account.Held)
            {
                yield return $"{account.Name} has {account.Held} micro-credits held, and its open holds are {held}.";
            }
        }

        foreach (var (name, held) in open.Where(left => left.Value != 0))
        {
            yield return $"Holds of {held} micro-credits are open for {name}, which has none.";
        }
    }

    private sealed record Account
    {
        public long Number { get; init; }
        public required string Name { get; init; }
        public long Balance { get; init; }
        public long Held { get; init; }
    }
}
