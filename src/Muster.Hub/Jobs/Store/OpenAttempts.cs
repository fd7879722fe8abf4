using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs.Store;

/// <summary>Attempts that machines hold, as the last turn of the pool has stored them.</summary>
internal static class OpenAttempts
{
    /// <summary>The id of the job whose attempt runs there; null: it does not.</summary>
    public static string? JobOf(Transaction tx, Id<Node> node, AttemptName name) => StateOf(tx, node, name) is { } state && state.IsOpen() ? PoolStore.IdOf(tx, name.Job) : null;

    /// <summary>It is still that machine's to go on with.</summary>
    public static bool GoesOn(Transaction tx, Id<Node> node, AttemptName name) => StateOf(tx, node, name) is AttemptState.Leased or AttemptState.Running or AttemptState.Frozen;

    private static AttemptState? StateOf(Transaction tx, Id<Node> node, AttemptName name) =>
        PoolStore.Tasks(tx, name.Job, name.Task, 1) is [var row] && row.Index == name.Task
        && TaskDetail.Parser.ParseFrom(row.Detail).Attempts.FirstOrDefault(attempt => attempt.Number == name.Attempt) is { } attempt && attempt.Node == node.ToString()
            ? (AttemptState)attempt.State
            : null;
}
