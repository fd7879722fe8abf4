using Muster.Hub.Ledger.Holds;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Ledger;

/// <summary>
/// The ledger: everything that moves credits, inside the transaction of whoever calls. Each account is written once per call. A call
/// that throws leaves nothing behind, once its transaction is undone.
/// </summary>
internal sealed class LedgerBook(LedgerOptions options, TimeProvider time)
{
    private readonly HoldBook _holds = new(time);

    /// <summary>Each order by itself, in this order: one that is refused does not hinder the others.</summary>
    public IReadOnlyList<LedgerOutcome> Transfer(Transaction tx, IReadOnlyList<LedgerOrder> orders) => new TransferRun(tx, orders).Do(time.GetUtcNow());

    /// <exception cref="LedgerException">Too little there, or the key was used for something else.</exception>
    public LedgerReceipt Transfer(Transaction tx, LedgerOrder order)
    {
        var outcome = Transfer(tx, [order])[0];
        return outcome.Receipt ?? throw outcome.Refusal!;
    }

    /// <summary>New credits.</summary>
    /// <exception cref="LedgerException">The key was used for something else, or there would be too many.</exception>
    public LedgerReceipt Issue(Transaction tx, string? key, string account, long micro, string kind, string note = "", string actor = "") =>
        Transfer(tx, new LedgerOrder(key, LedgerAccounts.Issuance, account, micro, kind) { Note = note, Actor = actor });

    /// <summary>What a new user is given, once; it pays for jobs and cannot be given away.</summary>
    public void SignUp(Transaction tx, Id<User> user)
    {
        if (options.SignUpBonus.Micro > 0)
        {
            // By its key alone: a bonus that has changed since is not given to those who had one.
            var key = "signup:" + user;
            if (LedgerStore.ByKey(tx, [key]).Count == 0)
            {
                Issue(tx, key, LedgerAccounts.Bonus(user), options.SignUpBonus.Micro, LedgerKinds.Bonus);
            }
        }
    }

    /// <summary>
    /// Pays owners of machines, out of what <see cref="Capture"/> brought into their earnings and never more than is there, once the work
    /// is known to be done; the hub's share goes off. A reference of a user is paid once. Cannot fail for funds.
    /// </summary>
    public void PayRewards(Transaction tx, IReadOnlyList<Reward> rewards) => new RewardRun(tx, rewards).Do(options.RewardFee, time.GetUtcNow());

    /// <inheritdoc cref="HoldBook.Begin"/>
    public PlaceRun BeginHolds(Transaction tx, IReadOnlyCollection<(string Key, Id<User> Payer)> holds) => _holds.Begin(tx, holds);

    /// <inheritdoc cref="HoldBook.Place"/>
    public Hold PlaceHold(Transaction tx, string key, Id<User> payer, long micro) => _holds.Place(tx, key, payer, micro);

    /// <inheritdoc cref="HoldBook.Extend"/>
    public void ExtendHold(Transaction tx, string key, long micro, Action permit) => _holds.Extend(tx, key, micro, permit);

    /// <inheritdoc cref="HoldBook.Capture"/>
    public IReadOnlyList<HoldRest> Capture(Transaction tx, IReadOnlyList<HoldCapture> captures) => _holds.Capture(tx, captures);

    /// <inheritdoc cref="HoldBook.Return"/>
    public void GiveBack(Transaction tx, IReadOnlyList<HoldReturn> returns) => _holds.Return(tx, returns);

    /// <inheritdoc cref="HoldBook.Release"/>
    public IReadOnlyList<HoldRest> Release(Transaction tx, IReadOnlyCollection<string> keys) => _holds.Release(tx, keys);

    /// <summary>Those of these keys that were ever placed.</summary>
    public IReadOnlyList<Hold> Holds(Transaction tx, IReadOnlyCollection<string> keys) => [.. HoldStore.Find(tx, keys).Values];

    /// <inheritdoc cref="HoldBook.Sweep"/>
    public int Sweep(Transaction tx, HoldSource source, DateTimeOffset before) => _holds.Sweep(tx, source, before);

    /// <summary>Whether people should see credits at all: once something costs, or two of them have had some.</summary>
    public bool CreditsInUse(Transaction tx) => !options.Prices.AreZero || LedgerStore.HasTwoOwners(tx);

    /// <summary>Everything that must hold, over all that is stored; as slow as the history is long.</summary>
    /// <returns>What does not, each a sentence; none is how it should be.</returns>
    public static IReadOnlyList<string> Verify(Transaction tx) => [.. new LedgerProof().Check(tx), .. HoldStore.Mismatched(tx, LedgerProof.Most)];
}
