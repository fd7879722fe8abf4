using Muster.Storage;

namespace Muster.Hub.Ledger.Holds;

/// <summary>One call of giving back: what was captured and is not earned goes to where it came from, the bonus first.</summary>
internal sealed class ReturnRun
{
    private readonly Transaction _tx;
    private readonly List<HoldReturn> _returns;
    private readonly Dictionary<string, Hold> _holds;
    private readonly LedgerSheet _sheet;

    public ReturnRun(Transaction tx, IReadOnlyList<HoldReturn> returns)
    {
        _tx = tx;
        _returns = [.. returns.GroupBy(due => due with { Micro = 0 }).Select(same => same.Key with { Micro = same.Aggregate(0L, (sum, due) => checked(sum + due.Micro)) })];
        _sheet = LedgerSheet.Begin(tx, 2 * _returns.Count);
        _holds = HoldStore.Find(tx, [.. _returns.Select(due => due.HoldKey).Distinct(StringComparer.Ordinal)]);
        _sheet.Read([.. _holds.Values.SelectMany(hold => (string[])[hold.OwnAccount, hold.BonusAccount]), .. _returns.Select(due => due.FromAccount)]);
    }

    public void Do(DateTimeOffset at)
    {
        foreach (var due in _returns)
        {
            if (!_holds.TryGetValue(due.HoldKey, out var hold) || !hold.Open || hold.Captured < due.Micro)
            {
                throw new LedgerException("conflict", $"The hold {due.HoldKey} cannot take {due.Micro} micro-credits back.");
            }

            var bonus = Math.Min(due.Micro, HoldStore.BonusTaken(_tx, hold));
            Move(due, "bonus:", hold.BonusAccount, bonus);
            Move(due, "", hold.OwnAccount, due.Micro - bonus);
            _holds[hold.Key] = hold with { Captured = hold.Captured - due.Micro, BonusRest = hold.BonusRest + bonus, OwnRest = hold.OwnRest + due.Micro - bonus };
        }

        _sheet.Save(at);
        HoldStore.Update(_tx, _holds.Values);
    }

    private void Move(HoldReturn due, string prefix, string to, long micro)
    {
        if (micro > 0)
        {
            _sheet.Add(new LedgerEntry($"{prefix}return:{due.HoldKey}:{due.FromAccount}:{due.Reference}", _sheet[due.FromAccount], _sheet[to], micro, LedgerKinds.Return)
            {
                Reference = due.HoldKey,
            });
            _sheet[to].Hold(micro);
        }
    }
}
