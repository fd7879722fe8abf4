using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Api;
using Muster.Hub.Ledger;
using Muster.Hub.Ledger.Holds;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Sets credits aside for jobs: within what the payer has, and what the key, conversation or schedule that asks may spend.</summary>
internal sealed class JobHolds(LedgerBook ledger, KeyBudgets budgets)
{
    /// <summary>For holds of several callers that are placed together; null when there are none.</summary>
    public PendingHolds? Begin(Transaction tx, IReadOnlyCollection<(string Key, Id<User> Payer)> holds) =>
        holds.Count == 0 ? null : new PendingHolds(ledger.BeginHolds(tx, holds), (caller, key, micro) => Check(tx, caller, key, micro));

    /// <exception cref="ApiException">The caller's credential may not spend, or not so much.</exception>
    /// <exception cref="LedgerException">Too little is free.</exception>
    public void Place(Transaction tx, SignedIn caller, string key, Id<User> payer, long micro)
    {
        if (micro > 0)
        {
            var holds = Begin(tx, [(key, payer)])!;
            holds.Place(caller, key, payer, micro);
            holds.Save();
        }
    }

    /// <summary>Nothing has changed where it is refused.</summary>
    /// <inheritdoc cref="Place"/>
    public void Extend(Transaction tx, SignedIn caller, string key, long micro) => ledger.ExtendHold(tx, key, micro, () => Check(tx, caller, key, micro));

    private void Check(Transaction tx, SignedIn caller, string key, long micro)
    {
        if (!caller.Scopes.HasFlag(Scopes.Spend))
        {
            throw ApiException.ScopeMissing(Scopes.Spend.Name());
        }

        foreach (var scope in caller.SpendsFor)
        {
            var state = SpendingLimits.Of(tx, scope);
            if (!state.Allows(micro))
            {
                throw new ApiException(403, "budget_exceeded", SpendingTexts.OfJob(scope, state, micro));
            }
        }

        budgets.Hold(tx, caller, key, micro);
        foreach (var scope in caller.SpendsFor)
        {
            SpendingLimits.Hold(tx, scope, key, micro);
        }
    }
}

/// <summary>Holds that are placed together; one that is refused leaves the others as they are.</summary>
internal sealed class PendingHolds(PlaceRun run, Action<SignedIn, string, long> check)
{
    /// <inheritdoc cref="JobHolds.Place"/>
    public void Place(SignedIn caller, string key, Id<User> payer, long micro)
    {
        run.Place(key, payer, micro, () => check(caller, key, micro));
        if (caller.Budgeted || caller.SpendsFor.Count > 0)
        {
            run.Show(); // what the next of the same key or conversation may still spend is counted by what is stored
        }
    }

    public void Save() => run.Save();
}
