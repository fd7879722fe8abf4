using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger.Holds;

/// <summary>One call of capture: sums what belongs together, reads what it touches once, writes it once.</summary>
internal sealed class CaptureRun
{
    private readonly Transaction _tx;
    private readonly List<Part> _parts;
    private readonly Dictionary<string, Hold> _before;
    private readonly Dictionary<string, Hold> _holds;
    private readonly IReadOnlyDictionary<string, LedgerRow> _known;
    private readonly LedgerSheet _sheet;

    public CaptureRun(Transaction tx, IReadOnlyList<HoldCapture> captures)
    {
        _tx = tx;
        _parts =
        [
            .. captures.GroupBy(capture => (capture.HoldKey, capture.ToAccount, capture.Kind, capture.Reference))
                .Select(same => new Part(same.First() with { Micro = same.Aggregate(0L, (sum, capture) => Sum(sum, capture.Micro)) })),
        ];
        _sheet = LedgerSheet.Begin(tx, 2 * _parts.Count);
        _before = HoldStore.Find(tx, [.. captures.Select(capture => capture.HoldKey).Distinct(StringComparer.Ordinal)]);
        _holds = new Dictionary<string, Hold>(_before, StringComparer.Ordinal);
        _known = LedgerStore.ByKey(tx, [.. _parts.SelectMany(part => (string[])[part.Key, part.BonusKey])]);
        _sheet.Read([.. _holds.Values.SelectMany(hold => (string[])[hold.OwnAccount, hold.BonusAccount]), .. _parts.Select(part => part.Due.ToAccount)]);
    }

    public IReadOnlyList<HoldRest> Do(DateTimeOffset at)
    {
        foreach (var part in _parts)
        {
            if (!_holds.TryGetValue(part.Due.HoldKey, out var hold))
            {
                throw new LedgerException("not_found", $"There is no hold {part.Due.HoldKey} to take credits from.");
            }

            if (!IsDone(part) && !IsFree(part, hold))
            {
                _holds[hold.Key] = Take(part, hold);
            }
        }

        _sheet.Save(at);
        HoldStore.Update(_tx, _holds.Values.Where(hold => hold != _before[hold.Key]));
        return [.. _holds.Values.Select(hold => new HoldRest(hold.Key, hold.Captured - _before[hold.Key].Captured, hold.Rest))];
    }

    private Hold Take(Part part, Hold hold)
    {
        if (!hold.Open)
        {
            throw new LedgerException("conflict", $"The hold {hold.Key} was released and holds nothing more.");
        }

        var bonus = Math.Min(part.Due.Micro, hold.BonusRest);
        var own = Math.Min(part.Due.Micro - bonus, hold.OwnRest);
        Move(part, part.BonusKey, hold.BonusAccount, bonus);
        Move(part, part.Key, hold.OwnAccount, own);
        return hold with { Captured = hold.Captured + bonus + own, BonusCaptured = hold.BonusCaptured + bonus, BonusRest = hold.BonusRest - bonus, OwnRest = hold.OwnRest - own };
    }

    private void Move(Part part, string key, string from, long micro)
    {
        if (micro > 0)
        {
            _sheet[from].Hold(-micro);
            _sheet.Add(new LedgerEntry(key, _sheet[from], _sheet[part.Due.ToAccount], micro, part.Due.Kind) { Reference = part.Due.HoldKey });
        }
    }

    /// <summary>It was taken before, whole or what there was; a smaller amount under the same name is a mistake of the caller.</summary>
    private bool IsDone(Part part)
    {
        var taken = (_known.TryGetValue(part.Key, out var own) ? own.Amount : 0) + (_known.TryGetValue(part.BonusKey, out var bonus) ? bonus.Amount : 0);
        return taken <= part.Due.Micro ? taken > 0 : throw LedgerException.OtherFields("capture");
    }

    /// <summary>Nobody pays for their own machines.</summary>
    private static bool IsFree(Part part, Hold hold) => part.Due.ToAccount == LedgerAccounts.Earnings(Id<User>.Parse(hold.Payer));

    private static long Sum(long sum, long micro)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micro);
        return micro > long.MaxValue - sum ? long.MaxValue : sum + micro;
    }

    private sealed record Part(HoldCapture Due)
    {
        public string Key { get; } = $"hold:{Due.HoldKey}:{Due.ToAccount}:{Due.Kind}:{Due.Reference}";

        public string BonusKey => "bonus:" + Key;
    }
}
