using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger.Holds;

/// <summary>Setting credits aside, taking them in parts, and giving the rest back.</summary>
internal sealed class HoldBook(TimeProvider time)
{
    private const int MostSwept = 500;

    /// <summary>For holds that are placed together.</summary>
    public PlaceRun Begin(Transaction tx, IReadOnlyCollection<(string Key, Id<User> Payer)> holds) => new(tx, holds, time.GetUtcNow());

    /// <inheritdoc cref="PlaceRun.Place"/>
    public Hold Place(Transaction tx, string key, Id<User> payer, long micro)
    {
        var run = Begin(tx, [(key, payer)]);
        var hold = run.Place(key, payer, micro);
        run.Save();
        return hold;
    }

    /// <summary>Sets more of the payer's own credits aside under a hold that is open.</summary>
    /// <param name="permit">Asked once the credits are known to be there; what it throws leaves them alone.</param>
    /// <exception cref="LedgerException">Too little is free, or there is no such open hold; nothing has changed.</exception>
    public void Extend(Transaction tx, string key, long micro, Action permit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(micro);
        var sheet = LedgerSheet.Begin(tx, 0);
        if (!HoldStore.Find(tx, [key]).TryGetValue(key, out var hold) || !hold.Open)
        {
            throw new LedgerException("not_found", "Nothing is set aside for it any more.");
        }

        sheet.Read([hold.OwnAccount]);
        var own = sheet[hold.OwnAccount];
        if (own.Free < micro)
        {
            throw LedgerException.TooLittle(micro, own.Free, own.Held);
        }

        permit();
        own.Hold(micro);
        sheet.Save(time.GetUtcNow());
        HoldStore.Extend(tx, hold.Key, micro);
    }

    /// <summary>
    /// Takes parts of holds, in this order and never more than is left: a hold that runs out gives what it has. What would go to the
    /// payer's own machines stays. Cannot fail for funds; must run in the transaction that records what is paid for.
    /// </summary>
    /// <returns>Per hold, how much was taken and what is left.</returns>
    /// <exception cref="LedgerException">No such hold, or it was released.</exception>
    public IReadOnlyList<HoldRest> Capture(Transaction tx, IReadOnlyList<HoldCapture> captures) => new CaptureRun(tx, captures).Do(time.GetUtcNow());

    /// <summary>
    /// Gives back what was captured, out of the account that it was captured to and never more than is there: into the hold while it is
    /// open, else to the payer. Cannot fail for funds.
    /// </summary>
    /// <exception cref="LedgerException">There is no such hold.</exception>
    public void Return(Transaction tx, IReadOnlyList<HoldReturn> returns) => new ReturnRun(tx, returns).Do(time.GetUtcNow());

    /// <summary>Gives back what is left of these holds and closes them, once. Keys without an open hold are passed over.</summary>
    /// <returns>Per hold that was open, how much was given back.</returns>
    public IReadOnlyList<HoldRest> Release(Transaction tx, IReadOnlyCollection<string> keys)
    {
        var sheet = LedgerSheet.Begin(tx, 0);
        var open = HoldStore.Find(tx, [.. keys.Distinct(StringComparer.Ordinal)]).Values.Where(hold => hold.Open).ToList();
        if (open.Count == 0)
        {
            return [];
        }

        sheet.Read(open.SelectMany(hold => (string[])[hold.OwnAccount, hold.BonusAccount]));
        foreach (var hold in open)
        {
            sheet[hold.OwnAccount].Hold(-hold.OwnRest);
            sheet[hold.BonusAccount].Hold(-hold.BonusRest);
        }

        var now = time.GetUtcNow();
        sheet.Save(now);
        HoldStore.Update(tx, open.Select(hold => hold with { OwnRest = 0, BonusRest = 0, ClosedAt = now.ToUnixTimeMilliseconds() }));
        return [.. open.Select(hold => new HoldRest(hold.Key, hold.Rest, 0))];
    }

    /// <summary>Releases holds placed before that time whose owner does not exist; a bounded number at once.</summary>
    /// <returns>How many.</returns>
    public int Sweep(Transaction tx, HoldSource source, DateTimeOffset before) => Release(tx, HoldStore.Orphans(tx, source, before, MostSwept)).Count;
}
