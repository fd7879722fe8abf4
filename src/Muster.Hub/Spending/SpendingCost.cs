using Muster.Hub.Ledger;
using Muster.Storage;

namespace Muster.Hub.Spending;

internal static class SpendingCost
{
    /// <summary>Adds what its models have cost to the end of a run; nothing where nothing had a price.</summary>
    /// <param name="json">An object.</param>
    public static string Into(Transaction tx, string run, string json) => SpendingCallStore.Cost(tx, run) is > 0 and var micro
        ? $"{json[..json.LastIndexOf('}')]},\"cpt\":\"{new Credits(micro)}\"}}"
        : json;
}
