using System.Security.Cryptography;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Probes;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Jobs.Views;
using Muster.Storage;

namespace Muster.Hub.Jobs.Store;

/// <summary>The pool in the database.</summary>
internal static class PoolStore
{
    private const int DefaultPool = 1;

    private const string JobColumns =
        """
        select number, id, owner, name, state, reason, priority, submitted_at, started_at, ended_at, version, task_count, running, verifying, succeeded,
               failed, cancelled, expired, skipped, hold, hold_rest, spent, paused_at, live, hold_number
        """;

    /// <summary>Makes this process the owner of the pool: whoever had it before can write no more.</summary>
    public static (long Epoch, ulong Seed) Take(Transaction tx)
    {
        tx.Execute(
            "insert into pools (id, epoch, next_job, next_batch, seed) values (@DefaultPool, 0, 1, 1, @seed) on conflict (id) do nothing",
            new { DefaultPool, seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8)) });
        tx.Execute("update pools set epoch = epoch + 1 where id = @DefaultPool", new { DefaultPool });
        var (epoch, seed) = tx.QueryFirst<(long, long)>("select epoch, seed from pools where id = @DefaultPool", new { DefaultPool });
        return (epoch, (ulong)seed);
    }

    /// <exception cref="PoolLostException">Another process owns the pool.</exception>
    public static void Write(Transaction tx, long epoch, PoolWrites writes)
    {
        if (tx.ExecutePrepared(
            "update pools set next_job = @next, next_batch = @batch where id = @pool and epoch = @epoch", ("@next", writes.NextJob), ("@batch", writes.NextBatch), ("@pool", (long)DefaultPool), ("@epoch", epoch)) == 0)
        {
            throw new PoolLostException();
        }

        PoolTables.Write(tx, writes);
    }

    public static PoolImage Read(Transaction tx)
    {
        var jobs = tx.QueryPrepared(JobColumns + ", plan from jobs where live = 1 order by number", row => JobRowReader.Read(row) with { Plan = PlanJson.Read((byte[])row["plan"]) });
        return new PoolImage
        {
            Jobs = jobs,
            Tasks = tx.QueryPrepared(
                "select job, idx, state, version, open, attempt, detail, result from tasks where job in (select number from jobs where live = 1) order by job, idx",
                row => row.GetInt64(4) == 1 ? JobRowReader.Task(row) : JobRowReader.TaskOver(row)),
            Owners = tx.Query<(string, double, long)>("select user_id, usage, at from pool_owners").Select(row => new OwnerRow(row.Item1, row.Item2, row.Item3)).ToList(),
            Trust = tx.Query<(string, long, long)>("select node, level, streak from pool_trust").Select(row => new TrustRow(row.Item1, (TrustLevel)row.Item2, (int)row.Item3)).ToList(),
            NextJob = tx.Scalar<long>("select next_job from pools where id = @DefaultPool", new { DefaultPool }),
            NextBatch = tx.Scalar<long>("select next_batch from pools where id = @DefaultPool", new { DefaultPool }),
        };
    }

    /// <summary>Some of the jobs that ended before a time; how many.</summary>
    public static int Forget(Transaction tx, long before)
    {
        const int Most = 100;
        var jobs = tx.Query<long>("select number from jobs where live = 0 and ended_at < @before order by number limit @Most", new { before, Most });
        Delete(tx, jobs);
        tx.Execute("delete from receipt_batches where at < @before", new { before });
        return jobs.Count;
    }

    /// <summary>Jobs that the hub made itself and that are over: nobody asks for them.</summary>
    public static void ForgetProbes(Transaction tx)
    {
        const int Most = 1000;
        Delete(tx, tx.Query<long>("select number from jobs where owner = @owner and live = 0 order by number limit @Most", new { owner = ProbePlan.Owner.ToString(), Most }));
    }

    public static bool Knows(Transaction tx, string job) => tx.ScalarPrepared<long>("select count(*) from jobs where id = @job", ("@job", job)) > 0;

    /// <summary>Of a user; those that the hub made itself are shown to nobody.</summary>
    public static JobRow? Job(Transaction tx, string id) =>
        tx.QueryPrepared(JobColumns + " from jobs where id = @id and owner <> @probes", JobRowReader.Read, ("@id", id), ("@probes", ProbePlan.Owner.ToString())).FirstOrDefault();

    public static string? IdOf(Transaction tx, long number) => tx.QueryFirst<string>("select id from jobs where number = @number", new { number });

    public static JobPlan? Plan(Transaction tx, long number) =>
        tx.QueryPrepared("select plan from jobs where number = @number", row => PlanJson.Read((byte[])row["plan"]), ("@number", number)).FirstOrDefault();

    /// <summary>Newest first; without an owner those of all users.</summary>
    public static IReadOnlyList<JobRow> Jobs(Transaction tx, string? owner, long before, int limit) => tx.QueryPrepared(
        JobColumns + (owner is null ? " from jobs where number < @before and owner <> @owner order by number desc limit @limit"
            : " from jobs where owner = @owner and number < @before order by number desc limit @limit"),
        JobRowReader.Read, ("@before", before), ("@owner", owner ?? ProbePlan.Owner.ToString()), ("@limit", (long)limit));

    /// <summary>Tasks with a row, from an index on.</summary>
    public static IReadOnlyList<TaskRow> Tasks(Transaction tx, long job, int from, int limit) => tx.QueryPrepared(
        "select job, idx, state, version, open, attempt, detail, result from tasks where job = @job and idx >= @from order by idx limit @limit",
        JobRowReader.Task, ("@job", job), ("@from", (long)from), ("@limit", (long)limit));

    public static IReadOnlyList<TaskRow> TasksSince(Transaction tx, long job, long version) => tx.QueryPrepared(
        "select job, idx, state, version, open, attempt, detail, result from tasks where job = @job and version > @version order by version, idx",
        JobRowReader.Task, ("@job", job), ("@version", version));

    private static void Delete(Transaction tx, IReadOnlyList<long> jobs)
    {
        foreach (var job in jobs)
        {
            SteeringStore.Delete(tx, IdOf(tx, job) ?? "");
            tx.Execute("delete from tasks where job = @job", new { job });
            tx.Execute("delete from task_payloads where job = @job", new { job });
            tx.Execute("delete from jobs where number = @job", new { job });
        }
    }

    /// <summary>States of the tasks with a row, by index.</summary>
    public static IReadOnlyList<(int Index, TaskState State)> States(Transaction tx, long job) => tx.QueryPrepared(
        "select idx, state from tasks where job = @job order by idx", row => ((int)row.GetInt64(0), (TaskState)row.GetInt64(1)), ("@job", job));

    /// <summary>Of the tasks from one index up to another.</summary>
    public static long CountSucceeded(Transaction tx, long job, int first, int end) => tx.ScalarPrepared<long>(
        "select count(*) from tasks where job = @job and idx >= @first and idx < @end and state = @succeeded",
        ("@job", job), ("@first", (long)first), ("@end", (long)end), ("@succeeded", (long)TaskState.Succeeded));

    /// <summary>Tasks that are over, from an index on, with what they gave.</summary>
    public static IReadOnlyList<ResultModel> Results(Transaction tx, long job, int from, int limit) => tx.QueryPrepared(
        "select idx, state, result, case when state = @succeeded then null else detail end from tasks where job = @job and idx >= @from and state >= @succeeded order by idx limit @limit",
        JobRowReader.Result, ("@job", job), ("@from", (long)from), ("@limit", (long)limit), ("@succeeded", (long)TaskState.Succeeded));

    public static List<ReadOnlyMemory<byte>> Payloads(Transaction tx, long job, int task) =>
        tx.QueryPrepared(
            "select body from task_payloads where job = @job and first = @first", row => PayloadRow.Read((byte[])row["body"]),
            ("@job", job), ("@first", (long)(task - (task % PayloadRow.Most)))).FirstOrDefault() ?? [];
}

/// <summary>Another hub has taken the pool.</summary>
internal sealed class PoolLostException() : Exception("Another hub process has taken over the pool of this database: this one must stop.");
