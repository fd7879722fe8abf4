using Muster.Hub.Jobs.Pool;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs.Store;

/// <summary>Attempts that machines hold, as the last turn of the pool has stored them.</summary>
internal static class OpenAttempts
{
    /// <summary>The id of the job whose attempt runs there; null: it does not.</summary>
    public static string? JobOf(Transaction tx, Id<Node> node, AttemptName name) =>
        PoolStore.Tasks(tx, name.Job, name.Task, 1) is [var row] && row.Index == name.Task
        && TaskDetail.Parser.ParseFrom(row.Detail).Attempts.FirstOrDefault(attempt => attempt.Number == name.Attempt) is { } attempt
        && attempt.Node == node.ToString() && ((AttemptState)attempt.State).IsOpen()
            ? PoolStore.IdOf(tx, name.Job)
            : null;
}
