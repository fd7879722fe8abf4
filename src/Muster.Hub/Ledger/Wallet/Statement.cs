using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger.Wallet;

/// <summary>What a user has, and how it came to be.</summary>
internal static class Statement
{
    // Each branch follows an index and stops; one condition for all four would read the whole history.
    private const string Own = """
        select t.number Number, t.at At, t.kind Kind, t.amount Amount, t.reference Reference, t.note Note,
            d.name Debit, c.name Credit, du.username DebitUser, cu.username CreditUser
        from (
            select number from (select number from ledger_transfers where debit = @own and number < @after order by number desc limit @limit) a
            union select number from (select number from ledger_transfers where debit = @bonus and number < @after order by number desc limit @limit) b
            union select number from (select number from ledger_transfers where credit = @own and number < @after order by number desc limit @limit) c
            union select number from (select number from ledger_transfers where credit = @bonus and number < @after order by number desc limit @limit) d) n
        join ledger_transfers t on t.number = n.number
        join ledger_accounts d on d.number = t.debit join ledger_accounts c on c.number = t.credit
        left join users du on du.id = d.owner left join users cu on cu.id = c.owner
        order by t.number desc limit @limit
        """;

    public static WalletModel Wallet(Transaction tx, Id<User> user, bool inUse)
    {
        var accounts = tx.Query<(string Name, long Balance, long Held, long Received)>(
                "select name, balance, held, received from ledger_accounts where owner = @owner", new { owner = user.ToString() })
            .ToDictionary(account => account.Name, StringComparer.Ordinal);
        var own = accounts.GetValueOrDefault(LedgerAccounts.User(user));
        var bonus = accounts.GetValueOrDefault(LedgerAccounts.Bonus(user));
        var earnings = accounts.GetValueOrDefault(LedgerAccounts.Earnings(user));
        return new WalletModel(Cpt(own.Balance - own.Held), Cpt(own.Held + bonus.Held), Cpt(bonus.Balance - bonus.Held), Cpt(earnings.Received), inUse);
    }

    /// <summary>Newest first.</summary>
    /// <param name="after">The number of the last one that was read.</param>
    public static IReadOnlyList<WalletEntry> History(Transaction tx, Id<User> user, int limit, long after)
    {
        var numbers = LedgerStore.Accounts(tx, [LedgerAccounts.User(user), LedgerAccounts.Bonus(user)]).ToDictionary(account => account.Name, account => account.Number, StringComparer.Ordinal);
        var (own, bonus) = (numbers.GetValueOrDefault(LedgerAccounts.User(user)), numbers.GetValueOrDefault(LedgerAccounts.Bonus(user)));
        return [.. tx.Query<Row>(Own, new { own, bonus, after, limit }).Select(row => Entry(row, user))];
    }

    private static WalletEntry Entry(Row row, Id<User> user)
    {
        var bonus = LedgerAccounts.Bonus(user);
        var outgoing = row.Debit == LedgerAccounts.User(user) || row.Debit == bonus;
        var (other, name) = outgoing ? (row.Credit, row.CreditUser) : (row.Debit, row.DebitUser);
        return new WalletEntry(
            row.Number, DateTimeOffset.FromUnixTimeMilliseconds(row.At), row.Kind, Cpt(outgoing ? -row.Amount : row.Amount),
            LedgerAccounts.OwnerOf(other) == user.ToString() ? null : name,
            (outgoing ? row.Debit : row.Credit) == bonus, Text(row.Reference), Text(row.Note));
    }

    private static string? Text(string text) => text.Length == 0 ? null : text;

    private static string Cpt(long micro) => new Credits(micro).ToString();

    private sealed record Row
    {
        public long Number { get; init; }
        public long At { get; init; }
        public required string Kind { get; init; }
        public long Amount { get; init; }
        public required string Reference { get; init; }
        public required string Note { get; init; }
        public required string Debit { get; init; }
        public required string Credit { get; init; }
        public string? DebitUser { get; init; }
        public string? CreditUser { get; init; }
    }
}
