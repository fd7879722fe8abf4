using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>The SQL of accounts and transfers.</summary>
internal static class LedgerStore
{
    private const string Columns =
        "number Number, key Key, debit Debit, credit Credit, amount Amount, kind Kind, reference Reference, note Note, actor Actor, at At";

    public static IEnumerable<LedgerAccount> Accounts(Transaction tx, string[] names) => names.Length == 0
        ? []
        : tx.Query<(long Number, string Name, long Balance, long Held)>("select number, name, balance, held from ledger_accounts where name in @names", new { names })
            .Select(row => new LedgerAccount(row.Name).Read(row.Number, row.Balance, row.Held));

    public static long OpenAccount(Transaction tx, string name)
    {
        tx.Execute("insert into ledger_accounts (name, owner) values (@name, @owner) on conflict (name) do nothing", new { name, owner = LedgerAccounts.OwnerOf(name) });
        return tx.Scalar<long>("select number from ledger_accounts where name = @name", new { name });
    }

    public static bool HasTwoOwners(Transaction tx) =>
        tx.Scalar<long>("select count(*) from (select distinct owner from ledger_accounts where owner is not null limit 2) owners") > 1;

    public static IReadOnlyDictionary<string, LedgerRow> ByKey(Transaction tx, IReadOnlyCollection<string> keys) => keys.Count == 0
        ? new Dictionary<string, LedgerRow>(StringComparer.Ordinal)
        : tx.Query<LedgerRow>($"select {Columns} from ledger_transfers where key in @keys", new { keys }).ToDictionary(row => row.Key!, StringComparer.Ordinal);

    public static List<long> Insert(Transaction tx, IReadOnlyList<LedgerEntry> entries, DateTimeOffset at)
    {
        var numbers = new List<long>(entries.Count);
        foreach (var entry in entries)
        {
            numbers.Add(tx.Scalar<long>(
                """
                insert into ledger_transfers (key, debit, credit, amount, kind, reference, note, actor, at)
                values (@Key, @Debit, @Credit, @Micro, @Kind, @Reference, @Note, @Actor, @At) returning number
                """,
                new
                {
                    entry.Key, Debit = entry.Debit.Number, Credit = entry.Credit.Number, entry.Micro, entry.Kind, entry.Reference, entry.Note, entry.Actor,
                    At = at.ToUnixTimeMilliseconds(),
                }));
        }

        return numbers;
    }

    /// <summary>Adds the changes to what is stored by now; of what was read only the user's sentence depends.</summary>
    public static void Apply(Transaction tx, IEnumerable<LedgerAccount> changed)
    {
        foreach (var account in changed)
        {
            var written = tx.Execute(
                """
                update ledger_accounts set balance = balance + @BalanceChange, held = held + @HeldChange,
                    received = case when received > 9223372036854775807 - @Received then 9223372036854775807 else received + @Received end
                where number = @Number and held + @HeldChange >= 0 and (balance + @BalanceChange >= held + @HeldChange or name = 'issuance')
                """,
                new { account.Number, account.BalanceChange, account.HeldChange, account.Received });
            if (written != 1)
            {
                throw LedgerException.Raced();
            }
        }
    }
}
