using Google.Protobuf;
using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Compute;

/// <summary>Attempts in the node's database: what was begun, and what is over.</summary>
internal static class AttemptStore
{
    private const long DayMs = 86_400_000;

    /// <summary>False when the attempt was given to this node before.</summary>
    public static bool Add(Transaction tx, Lease lease, Work work, long now) => tx.ExecutePrepared(
        "insert into attempts (job, task, attempt, lease, work, began_at) values (@job, @task, @attempt, @lease, @work, @now) on conflict do nothing",
        ("@job", (long)lease.Ref.Job), ("@task", (long)lease.Ref.Task), ("@attempt", (long)lease.Ref.Attempt), ("@lease", lease.ToByteArray()),
        ("@work", work.ToByteArray()), ("@now", now)) == 1;

    public static void End(Transaction tx, AttemptRef name, long now) => tx.ExecutePrepared(
        "update attempts set ended_at = @now where job = @job and task = @task and attempt = @attempt",
        ("@job", (long)name.Job), ("@task", (long)name.Task), ("@attempt", (long)name.Attempt), ("@now", now));

    public static bool Knows(Transaction tx, AttemptRef name) => tx.ScalarPrepared<long>(
        "select count(*) from attempts where job = @job and task = @task and attempt = @attempt",
        ("@job", (long)name.Job), ("@task", (long)name.Task), ("@attempt", (long)name.Attempt)) > 0;

    /// <summary>Begun and not over: after a start, those that were lost with the process before.</summary>
    public static IReadOnlyList<(Lease Lease, Work Work)> Open(Transaction tx) => tx.QueryPrepared(
        "select lease, work from attempts where ended_at is null",
        row => (Lease.Parser.ParseFrom(row.GetFieldValue<byte[]>(0)), Work.Parser.ParseFrom(row.GetFieldValue<byte[]>(1))));

    public static void Forget(Transaction tx, long now) => tx.ExecutePrepared("delete from attempts where ended_at < @old", ("@old", now - DayMs));

    /// <summary>False when a newer loop of the pool has spoken to this node already.</summary>
    public static bool TakeEpoch(Transaction tx, long epoch)
    {
        var known = tx.ScalarPrepared<long?>("select max(epoch) from pool_epoch") ?? 0;
        if (epoch > known)
        {
            tx.Execute("delete from pool_epoch");
            tx.Execute("insert into pool_epoch (epoch) values (@epoch)", new { epoch });
        }

        return epoch >= known;
    }
}
