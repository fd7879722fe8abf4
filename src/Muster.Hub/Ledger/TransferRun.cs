using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>Some orders, carried out one after another on one sheet. A refusal is an answer: it costs no exception on the writer's thread.</summary>
internal sealed class TransferRun
{
    private readonly IReadOnlyList<LedgerOrder> _orders;
    private readonly IReadOnlyDictionary<string, LedgerRow> _known;
    private readonly LedgerSheet _sheet;
    private readonly Dictionary<string, (LedgerOrder Order, LedgerOutcome Outcome)> _moved = new(StringComparer.Ordinal);
    private DateTimeOffset _at;

    public TransferRun(Transaction tx, IReadOnlyList<LedgerOrder> orders)
    {
        _orders = orders;
        _sheet = LedgerSheet.Begin(tx, orders.Count + orders.Count(order => order.Fee > 0));
        _known = LedgerStore.ByKey(tx, [.. orders.Where(order => order.Key is not null).SelectMany(order => (string[])[order.Key!, order.FeeKey!])]);
        _sheet.Read(orders.SelectMany(order => (string[])(order.Fee > 0 ? [order.From, order.To, LedgerAccounts.Fee] : [order.From, order.To])));
    }

    public IReadOnlyList<LedgerOutcome> Do(DateTimeOffset at)
    {
        _at = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds()); // as it is read again
        var outcomes = _orders.Select(Outcome).ToList();
        _sheet.Save(_at);
        return outcomes;
    }

    private LedgerOutcome Outcome(LedgerOrder order)
    {
        if (order.Key is null)
        {
            return Move(order);
        }

        if (_known.TryGetValue(order.Key, out var known))
        {
            return Repeated(order, known);
        }

        if (_moved.TryGetValue(order.Key, out var before))
        {
            return before.Order == order ? before.Outcome : Conflict();
        }

        var outcome = Move(order);
        if (outcome.Receipt is not null)
        {
            _moved.Add(order.Key, (order, outcome));
        }

        return outcome;
    }

    private LedgerOutcome Move(LedgerOrder order)
    {
        var from = _sheet[order.From];
        if (order.Micro > long.MaxValue - order.Fee)
        {
            return new LedgerOutcome(null, LedgerException.TooLarge());
        }

        if (LedgerSheet.Shortage(from, order.Micro + order.Fee) is { } shortage)
        {
            return new LedgerOutcome(null, shortage);
        }

        var number = _sheet.Add(new LedgerEntry(order.Key, from, _sheet[order.To], order.Micro, order.Kind) { Reference = order.Reference, Note = order.Note, Actor = order.Actor });
        if (order.Fee > 0)
        {
            _sheet.Add(new LedgerEntry(order.FeeKey, from, _sheet[LedgerAccounts.Fee], order.Fee, LedgerKinds.Fee) { Reference = order.Reference, Actor = order.Actor });
        }

        return new LedgerOutcome(new LedgerReceipt(number, order.Micro, order.Fee, _at, false), null);
    }

    /// <summary>What it was answered with before.</summary>
    private LedgerOutcome Repeated(LedgerOrder order, LedgerRow known)
    {
        var same = known.Debit == _sheet[order.From].Number && known.Credit == _sheet[order.To].Number && known.Amount == order.Micro
            && known.Kind == order.Kind && known.Reference == order.Reference && known.Note == order.Note;
        var fee = _known.TryGetValue(order.FeeKey!, out var paid) ? paid.Amount : 0;
        return same ? new LedgerOutcome(new LedgerReceipt(known.Number, known.Amount, fee, DateTimeOffset.FromUnixTimeMilliseconds(known.At), true), null) : Conflict();
    }

    private static LedgerOutcome Conflict() => new(null, LedgerException.OtherFields("transfer"));
}
