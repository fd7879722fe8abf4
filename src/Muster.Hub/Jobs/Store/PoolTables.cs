using Muster.Storage.Rows;

namespace Muster.Hub.Jobs.Store;

/// <summary>The pool's tables as they are written.</summary>
internal static class PoolTables
{
    private static readonly RowColumn[] JobColumns =
    [
        new("number", RowType.Integer, Key: true), new("state", RowType.Integer), new("reason", RowType.Text), new("started_at", RowType.Integer),
        new("ended_at", RowType.Integer), new("version", RowType.Integer), new("running", RowType.Integer), new("verifying", RowType.Integer),
        new("succeeded", RowType.Integer), new("failed", RowType.Integer), new("cancelled", RowType.Integer), new("expired", RowType.Integer),
        new("skipped", RowType.Integer), new("hold", RowType.Integer), new("hold_rest", RowType.Integer), new("spent", RowType.Integer),
        new("paused_at", RowType.Integer), new("live", RowType.Integer), new("hold_number", RowType.Integer),
    ];

    private static readonly RowTable Jobs = new("jobs", RowConflict.Fail, JobColumns);

    private static readonly RowTable NewJobs = new(
        "jobs", RowConflict.Fail,
        [
            .. JobColumns, new("id", RowType.Text), new("owner", RowType.Text), new("name", RowType.Text), new("priority", RowType.Integer),
            new("submitted_at", RowType.Integer), new("task_count", RowType.Integer), new("plan", RowType.Blob),
        ]);

    private static readonly RowTable Tasks = new(
        "tasks", RowConflict.Update,
        new("job", RowType.Integer, Key: true), new("idx", RowType.Integer, Key: true), new("state", RowType.Integer), new("version", RowType.Integer),
        new("open", RowType.Integer), new("attempt", RowType.Integer), new("detail", RowType.Blob), new("result", RowType.Blob));

    private static readonly RowTable Payloads = new(
        "task_payloads", RowConflict.Fail, new("job", RowType.Integer, Key: true), new("first", RowType.Integer, Key: true), new("body", RowType.Blob));

    private static readonly RowTable Owners = new(
        "pool_owners", RowConflict.Update, new("user_id", RowType.Text, Key: true), new("usage", RowType.Real), new("at", RowType.Integer));

    private static readonly RowTable Trust = new(
        "pool_trust", RowConflict.Update, new("node", RowType.Text, Key: true), new("level", RowType.Integer), new("streak", RowType.Integer));

    private static readonly RowTable Receipts = new(
        "receipt_batches", RowConflict.Fail,
        new("number", RowType.Integer, Key: true), new("node", RowType.Text), new("root", RowType.Blob), new("signature", RowType.Blob),
        new("leaves", RowType.Blob), new("at", RowType.Integer), new("node_key", RowType.Blob));

    public static void Write(Muster.Storage.Transaction tx, PoolWrites writes)
    {
        tx.InsertMany(NewJobs, writes.NewJobs, static (row, job) => WriteJob(row, job)
            .Add(job.Id).Add(job.Owner).Add(job.Name).Add((long)job.Priority).Add(job.SubmittedAt).Add(job.TaskCount).Add(PlanJson.Write(job.Plan!)));
        tx.UpdateMany(Jobs, writes.Jobs, static (row, job) => WriteJob(row, job));
        tx.InsertMany(Payloads, writes.Payloads, static (row, chunk) => row.Add(chunk.Job).Add(chunk.First).Add(chunk.Body));
        tx.InsertMany(Tasks, writes.Tasks, static (row, task) => row
            .Add(task.Job).Add(task.Index).Add((long)task.State).Add(task.Version).Add(task.Open).Add(task.Attempt).Add(task.Detail).Add(task.Result));
        tx.InsertMany(Owners, writes.Owners, static (row, owner) => row.Add(owner.User).Add(owner.Usage).Add(owner.At));
        tx.InsertMany(Receipts, writes.Receipts, static (row, batch) => row
            .Add(batch.Number).Add(batch.Node).Add(batch.Root).Add(batch.Signature).Add(batch.Leaves).Add(batch.At).Add(batch.NodeKey));
        tx.InsertMany(Trust, writes.Trust, static (row, trust) => row.Add(trust.Node).Add((long)trust.Level).Add(trust.Streak));
    }

    private static RowValues WriteJob(RowValues row, JobRow job) => row
        .Add(job.Number).Add((long)job.State).Add(job.Reason).Add(job.StartedAt).Add(job.EndedAt).Add(job.Version).Add(job.Counts.Running).Add(job.Counts.Verifying)
        .Add(job.Counts.Succeeded).Add(job.Counts.Failed).Add(job.Counts.Cancelled).Add(job.Counts.Expired).Add(job.Counts.Skipped).Add(job.Hold)
        .Add(job.HoldRest).Add(job.Spent).Add(job.PausedAt).Add(job.Live).Add(job.HoldNumber);
}
