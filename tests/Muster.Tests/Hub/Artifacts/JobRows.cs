using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Tests.Hub.Artifacts;

/// <summary>Rows of jobs, for whoever only asks whose they are.</summary>
internal static class JobRows
{
    public static void Insert(Transaction tx, long number, Id<User> owner) => tx.Execute(
        """
        insert into jobs (number, id, owner, name, state, priority, submitted_at, version, task_count, running, verifying, succeeded, failed, cancelled, expired,
                          skipped, hold, hold_rest, spent, live, hold_number, plan)
        values (@number, @id, @owner, 'job', 0, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, @plan)
        """,
        new { number, id = Id<Job>.New(TimeProvider.System).ToString(), owner = owner.ToString(), plan = Array.Empty<byte>() });
}
