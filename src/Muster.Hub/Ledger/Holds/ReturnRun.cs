using Muster.Storage;

namespace Muster.Hub.Ledger.Holds;

/// <summary>One call of giving back: what was captured and is not earned goes to where it came from, the bonus first.</summary>
internal sealed class ReturnRun
{
    private readonly Transaction _tx;
    private readonly List<HoldReturn> _returns;
    private readonly Dictionary<string, Hold> _before;
    private readonly Dictionary<string, Hold> _holds;
    private readonly IReadOnlyDictionary<string, LedgerRow> _known;
    private readonly LedgerSheet _sheet;

    public ReturnRun(Transaction tx, IReadOnlyList<HoldReturn> returns)
    {
        _tx = tx;
        _returns =
        [
            .. returns.GroupBy(due => (due.HoldKey, due.FromAccount, due.Reference))
                .Select(same => same.First() with { Micro = same.Aggregate(0L, (sum, due) => checked(sum + due.Micro)) }),
        ];
        _sheet = LedgerSheet.Begin(tx, 2 * _returns.Count);
        _before = HoldStore.Find(tx, [.. _returns.Select(due => due.HoldKey).Distinct(StringComparer.Ordinal)]);
        _holds = new Dictionary<string, Hold>(_before, StringComparer.Ordinal);
        _known = LedgerStore.ByKey(tx, [.. _returns.SelectMany(due => (string[])[KeyOf(due), BonusKeyOf(due)])]);
        _sheet.Read([.. _holds.Values.SelectMany(hold => (string[])[hold.OwnAccount, hold.BonusAccount]), .. _returns.Select(due => due.FromAccount)]);
    }

    public void Do(DateTimeOffset at)
    {
        foreach (var due in _returns)
        {
            if (!_holds.TryGetValue(due.HoldKey, out var hold))
            {
                throw new LedgerException("not_found", $"There is no hold {due.HoldKey} to give credits back to.");
            }

            if (!_known.ContainsKey(KeyOf(due)) && !_known.ContainsKey(BonusKeyOf(due)))
            {
                _holds[hold.Key] = GiveBack(due, hold);
            }
        }

        _sheet.Save(at);
        HoldStore.Update(_tx, _holds.Values.Where(hold => hold != _before[hold.Key]));
    }

    /// <summary>Into the hold while it is open; afterwards straight to the payer.</summary>
    private Hold GiveBack(HoldReturn due, Hold hold)
    {
        var micro = Math.Min(due.Micro, Math.Min(hold.Captured, _sheet[due.FromAccount].Free));
        var bonus = Math.Min(micro, hold.BonusCaptured);
        Move(due, BonusKeyOf(due), hold, hold.BonusAccount, bonus);
        Move(due, KeyOf(due), hold, hold.OwnAccount, micro - bonus);
        var back = hold with { Captured = hold.Captured - micro, BonusCaptured = hold.BonusCaptured - bonus };
        return hold.Open ? back with { BonusRest = hold.BonusRest + bonus, OwnRest = hold.OwnRest + micro - bonus } : back;
    }

    private void Move(HoldReturn due, string key, Hold hold, string to, long micro)
    {
        if (micro > 0)
        {
            _sheet.Add(new LedgerEntry(key, _sheet[due.FromAccount], _sheet[to], micro, LedgerKinds.Return) { Reference = due.HoldKey });
            _sheet[to].Hold(hold.Open ? micro : 0);
        }
    }

    private static string KeyOf(HoldReturn due) => $"return:{due.HoldKey}:{due.FromAccount}:{due.Reference}";

    private static string BonusKeyOf(HoldReturn due) => "bonus:" + KeyOf(due);
}
