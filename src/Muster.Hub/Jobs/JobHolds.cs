using Muster.Hub.Accounts;
using Muster.Hub.Accounts.Keys;
using Muster.Hub.Api;
using Muster.Hub.Ledger;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Sets credits aside for jobs: within what the payer has, and within what the key that asks may spend.</summary>
internal sealed class JobHolds(LedgerBook ledger, KeyBudgets budgets)
{
    /// <exception cref="ApiException">The caller's credential may not spend, or not so much.</exception>
    /// <exception cref="LedgerException">Too little is free.</exception>
    public void Place(Transaction tx, SignedIn caller, string key, Id<User> payer, long micro)
    {
        if (micro > 0)
        {
            Check(tx, caller, key, micro);
            ledger.PlaceHold(tx, key, payer, micro);
        }
    }

    /// <inheritdoc cref="Place"/>
    public void Extend(Transaction tx, SignedIn caller, string key, long micro)
    {
        Check(tx, caller, key, micro);
        ledger.ExtendHold(tx, key, micro);
    }

    private void Check(Transaction tx, SignedIn caller, string key, long micro)
    {
        if (!caller.Scopes.HasFlag(Scopes.Spend))
        {
            throw ApiException.ScopeMissing(Scopes.Spend.Name());
        }

        budgets.Hold(tx, caller, key, micro);
    }
}
