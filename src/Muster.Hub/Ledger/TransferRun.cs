using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>Some orders, carried out one after another on one sheet.</summary>
internal sealed class TransferRun
{
    private readonly IReadOnlyList<LedgerOrder> _orders;
    private readonly IReadOnlyDictionary<string, LedgerRow> _known;
    private readonly LedgerSheet _sheet;
    private readonly Dictionary<string, (LedgerOrder Order, long Number)> _moved = new(StringComparer.Ordinal);

    public TransferRun(Transaction tx, IReadOnlyList<LedgerOrder> orders)
    {
        _orders = orders;
        _sheet = LedgerSheet.Begin(tx, orders.Count + orders.Count(order => order.Fee > 0));
        _known = LedgerStore.ByKey(tx, [.. orders.Where(order => order.Key is not null).SelectMany(order => (string[])[order.Key!, order.FeeKey!])]);
        _sheet.Read(orders.SelectMany(order => (string[])(order.Fee > 0 ? [order.From, order.To, LedgerAccounts.Fee] : [order.From, order.To])));
    }

    public IReadOnlyList<LedgerOutcome> Do(DateTimeOffset at)
    {
        var outcomes = new LedgerOutcome[_orders.Count];
        var stored = DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
        for (var index = 0; index < _orders.Count; index++)
        {
            var order = _orders[index];
            try
            {
                outcomes[index] = new LedgerOutcome(Repeated(order) ?? new LedgerReceipt(Move(order), order.Micro, order.Fee, stored, false), null);
            }
            catch (LedgerException refusal)
            {
                outcomes[index] = new LedgerOutcome(null, refusal);
            }
        }

        _sheet.Save(at);
        return outcomes;
    }

    /// <returns>The transfer's number.</returns>
    private long Move(LedgerOrder order)
    {
        if (order.Key is not null && _moved.TryGetValue(order.Key, out var before))
        {
            return before.Order == order ? before.Number : throw LedgerException.OtherFields("transfer");
        }

        var from = _sheet[order.From];
        if (from.Free - order.Fee < order.Micro)
        {
            throw from.Name == LedgerAccounts.Issuance ? LedgerException.TooLarge() : LedgerException.TooLittle(Total(order), from.Free, from.Held);
        }

        var number = _sheet.Add(new LedgerEntry(order.Key, from, _sheet[order.To], order.Micro, order.Kind) { Reference = order.Reference, Note = order.Note, Actor = order.Actor });
        if (order.Fee > 0)
        {
            _sheet.Add(new LedgerEntry(order.FeeKey, from, _sheet[LedgerAccounts.Fee], order.Fee, LedgerKinds.Fee) { Reference = order.Reference, Actor = order.Actor });
        }

        if (order.Key is not null)
        {
            _moved.Add(order.Key, (order, number));
        }

        return number;
    }

    /// <summary>What it was answered with before, if it was.</summary>
    private LedgerReceipt? Repeated(LedgerOrder order)
    {
        if (order.Key is null || !_known.TryGetValue(order.Key, out var known))
        {
            return null;
        }

        var same = known.Debit == _sheet[order.From].Number && known.Credit == _sheet[order.To].Number && known.Amount == order.Micro
            && known.Kind == order.Kind && known.Reference == order.Reference && known.Note == order.Note;
        var fee = _known.TryGetValue(order.FeeKey!, out var paid) ? paid.Amount : 0;
        return same
            ? new LedgerReceipt(known.Number, known.Amount, fee, DateTimeOffset.FromUnixTimeMilliseconds(known.At), true)
            : throw LedgerException.OtherFields("transfer");
    }

    private static long Total(LedgerOrder order) => order.Micro > long.MaxValue - order.Fee ? long.MaxValue : order.Micro + order.Fee;
}
