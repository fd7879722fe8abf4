using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger.Holds;

/// <summary>Some holds, placed one after another on one sheet: what they touch is read once and written once. What is not saved has not happened.</summary>
internal sealed class PlaceRun
{
    private readonly Transaction _tx;
    private readonly Dictionary<string, Hold> _known;
    private readonly List<Hold> _placed = [];
    private readonly LedgerSheet _sheet;
    private readonly DateTimeOffset _at;

    /// <param name="holds">All that may be placed.</param>
    public PlaceRun(Transaction tx, IReadOnlyCollection<(string Key, Id<User> Payer)> holds, DateTimeOffset at)
    {
        (_tx, _at) = (tx, at);
        _sheet = LedgerSheet.Begin(tx, 0);
        _known = HoldStore.Find(tx, holds.Select(hold => hold.Key));
        _sheet.Read(holds.Select(hold => hold.Payer).Distinct().SelectMany(payer => (string[])[LedgerAccounts.User(payer), LedgerAccounts.Bonus(payer)]));
    }

    /// <summary>Sets credits aside, bonus first. The same key again, with the same fields, is the hold that there is.</summary>
    /// <param name="permit">Asked once the credits are known to be there; what it throws leaves them alone.</param>
    /// <exception cref="LedgerException">Too little is free, or the key is another hold's; nothing has changed.</exception>
    public Hold Place(string key, Id<User> payer, long micro, Action? permit = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micro);
        if (_known.TryGetValue(key, out var known))
        {
            return known.Payer == payer.ToString() && known.Amount == micro ? known : throw LedgerException.OtherFields("hold");
        }

        var (own, bonus) = (_sheet[LedgerAccounts.User(payer)], _sheet[LedgerAccounts.Bonus(payer)]);
        var fromBonus = Math.Min(micro, bonus.Free);
        if (own.Free < micro - fromBonus)
        {
            throw LedgerException.TooLittle(micro, own.Free + bonus.Free, own.Held + bonus.Held);
        }

        permit?.Invoke();
        bonus.Hold(fromBonus);
        own.Hold(micro - fromBonus);
        var hold = new Hold { Key = key, Payer = payer.ToString(), Amount = micro, OwnRest = micro - fromBonus, BonusRest = fromBonus, PlacedAt = _at.ToUnixTimeMilliseconds() };
        _placed.Add(hold);
        _known.Add(key, hold);
        return hold;
    }

    /// <summary>What was placed up to now can be read in this transaction; the accounts follow with <see cref="Save"/>.</summary>
    public void Show()
    {
        HoldStore.Insert(_tx, _placed);
        _placed.Clear();
    }

    public void Save()
    {
        _sheet.Save(_at);
        Show();
    }
}
