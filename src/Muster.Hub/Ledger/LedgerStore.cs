using Muster.Storage;
using Muster.Storage.Rows;

namespace Muster.Hub.Ledger;

/// <summary>The SQL of accounts and transfers.</summary>
internal static class LedgerStore
{
    private static readonly RowTable Transfers = new(
        "ledger_transfers", RowConflict.Fail, new("number", RowType.Integer, true), new("key", RowType.Text), new("debit", RowType.Integer), new("credit", RowType.Integer),
        new("amount", RowType.Integer), new("kind", RowType.Text), new("reference", RowType.Text), new("note", RowType.Text), new("actor", RowType.Text), new("at", RowType.Integer));

    private static readonly RowTable Balances = new(
        "ledger_accounts", RowConflict.Fail, new("number", RowType.Integer, true), new("balance", RowType.Integer), new("held", RowType.Integer), new("received", RowType.Integer));

    /// <summary>Takes so many numbers for transfers; a second hub waits here until this transaction ends, and so reads what it left.</summary>
    /// <returns>The first of them.</returns>
    public static long Reserve(Transaction tx, int count) =>
        tx.ScalarPrepared<long>("update ledger_numbers set last = last + @count where id = 1 returning last", ("count", (long)count)) - count + 1;

    public static List<LedgerAccount> Accounts(Transaction tx, IEnumerable<string> names) => tx.QueryByKey(
        "select number, name, balance, held, received from ledger_accounts", "name", names,
        row => new LedgerAccount(row.GetString(1)).Read(row.GetInt64(0), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4)));

    public static long OpenAccount(Transaction tx, string name) => tx.Scalar<long>(
        "insert into ledger_accounts (name, owner) values (@name, @owner) returning number", new { name, owner = LedgerAccounts.OwnerOf(name) });

    public static bool HasTwoOwners(Transaction tx) =>
        tx.Scalar<long>("select count(*) from (select distinct owner from ledger_accounts where owner is not null limit 2) owners") > 1;

    public static IReadOnlyDictionary<string, LedgerRow> ByKey(Transaction tx, IEnumerable<string> keys) => tx.QueryByKey(
        "select number, key, debit, credit, amount, kind, reference, note, actor, at from ledger_transfers", "key", keys,
        row => new LedgerRow
        {
            Number = row.GetInt64(0), Key = row.GetString(1), Debit = row.GetInt64(2), Credit = row.GetInt64(3), Amount = row.GetInt64(4),
            Kind = row.GetString(5), Reference = row.GetString(6), Note = row.GetString(7), Actor = row.GetString(8), At = row.GetInt64(9),
        }).ToDictionary(row => row.Key!, StringComparer.Ordinal);

    /// <param name="first">The number of the first; the others follow.</param>
    public static void Insert(Transaction tx, IReadOnlyList<LedgerEntry> entries, long first, DateTimeOffset at)
    {
        var (number, time) = (first, at.ToUnixTimeMilliseconds());
        tx.InsertMany(Transfers, entries, (row, entry) => row.Add(number++).Add(entry.Key).Add(entry.Debit.Number).Add(entry.Credit.Number).Add(entry.Micro)
            .Add(entry.Kind).Add(entry.Reference).Add(entry.Note).Add(entry.Actor).Add(time));
    }

    public static void Update(Transaction tx, IEnumerable<LedgerAccount> accounts) => tx.UpdateMany(Balances, accounts, static (row, account) =>
        row.Add(account.Number).Add(account.Balance).Add(account.Held).Add(account.Received));
}
