using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;

namespace Muster.Tests.Hub.Ledger;

/// <summary>What the ledger should do, in a few dictionaries: every operation is done here too, and the two must agree.</summary>
internal sealed class LedgerModel
{
    private readonly HashSet<string> _done = new(StringComparer.Ordinal);

    public Dictionary<string, long> Balances { get; private init; } = new(StringComparer.Ordinal);

    public Dictionary<string, ModelHold> Holds { get; private init; } = new(StringComparer.Ordinal);

    public LedgerModel Copy() => new(_done) { Balances = new(Balances, StringComparer.Ordinal), Holds = new(Holds, StringComparer.Ordinal) };

    public LedgerModel()
    {
    }

    private LedgerModel(HashSet<string> done) => _done = new(done, StringComparer.Ordinal);

    public long Free(string account) => Balances.GetValueOrDefault(account) - Held(account);

    public long Held(string account) => Holds.Values.Sum(hold => hold.OwnAccount == account ? hold.Own : hold.BonusAccount == account ? hold.Bonus : 0);

    /// <returns>False when it is refused.</returns>
    public bool Transfer(LedgerOrder order)
    {
        if (_done.Contains(order.Key!))
        {
            return true;
        }

        if (order.From != LedgerAccounts.Issuance && Free(order.From) < order.Micro + order.Fee)
        {
            return false;
        }

        Move(order.From, order.To, order.Micro);
        Move(order.From, LedgerAccounts.Fee, order.Fee);
        return _done.Add(order.Key!);
    }

    /// <returns>False when it is refused.</returns>
    public bool Place(string key, Id<User> payer, long micro)
    {
        if (Holds.TryGetValue(key, out var known))
        {
            return known.Payer == payer && known.Amount == micro;
        }

        var bonus = Math.Min(micro, Free(LedgerAccounts.Bonus(payer)));
        if (Free(LedgerAccounts.User(payer)) < micro - bonus)
        {
            return false;
        }

        Holds[key] = new ModelHold(payer, micro, micro - bonus, bonus, true);
        return true;
    }

    /// <returns>False when it is refused.</returns>
    public bool Capture(IEnumerable<HoldCapture> captures)
    {
        foreach (var due in captures.GroupBy(capture => capture with { Micro = 0 }).Select(same => same.Key with { Micro = same.Sum(capture => capture.Micro) }))
        {
            if (!Holds.TryGetValue(due.HoldKey, out var hold))
            {
                return false;
            }

            var key = $"{due.HoldKey}/{due.ToAccount}/{due.Kind}/{due.Reference}";
            if (_done.Contains(key) || due.ToAccount == LedgerAccounts.Earnings(hold.Payer))
            {
                continue;
            }

            if (!hold.Open)
            {
                return false;
            }

            var bonus = Math.Min(due.Micro, hold.Bonus);
            var own = Math.Min(due.Micro - bonus, hold.Own);
            Holds[due.HoldKey] = hold with { Own = hold.Own - own, Bonus = hold.Bonus - bonus };
            Move(hold.BonusAccount, due.ToAccount, bonus);
            Move(hold.OwnAccount, due.ToAccount, own);
            if (own + bonus > 0)
            {
                _done.Add(key);
            }
        }

        return true;
    }

    public void Release(IEnumerable<string> keys)
    {
        foreach (var key in keys.Where(Holds.ContainsKey))
        {
            Holds[key] = Holds[key] with { Own = 0, Bonus = 0, Open = false };
        }
    }

    public void Pay(Id<User> user, long micro, string reference)
    {
        var paid = Math.Min(micro, Free(LedgerAccounts.Earnings(user)));
        if (paid > 0 && _done.Add($"{user}/{reference}"))
        {
            Move(LedgerAccounts.Earnings(user), LedgerAccounts.User(user), paid);
        }
    }

    private void Move(string from, string to, long micro)
    {
        Balances[from] = Balances.GetValueOrDefault(from) - micro;
        Balances[to] = Balances.GetValueOrDefault(to) + micro;
    }
}

internal sealed record ModelHold(Id<User> Payer, long Amount, long Own, long Bonus, bool Open)
{
    public string OwnAccount => LedgerAccounts.User(Payer);

    public string BonusAccount => LedgerAccounts.Bonus(Payer);
}
