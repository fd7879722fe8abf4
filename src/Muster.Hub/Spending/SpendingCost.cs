using Muster.Hub.Ledger;
using Muster.Storage;

namespace Muster.Hub.Spending;

internal static class SpendingCost
{
    /// <summary>Adds what its models have cost to the end of a run; nothing where nothing had a price.</summary>
    /// <param name="json">An object.</param>
    /// <param name="tasks">What the models of its tasks have cost, in micro-credits.</param>
    public static string Into(Transaction tx, string run, string json, long tasks = 0) => SpendingCallStore.Cost(tx, run) + tasks is > 0 and var micro
        ? $"{json[..json.LastIndexOf('}')]},\"cpt\":\"{new Credits(micro)}\"}}"
        : json;
}
