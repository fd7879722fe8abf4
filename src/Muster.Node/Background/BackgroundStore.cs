using Muster.Protocol.Wire;
using Muster.Storage;

namespace Muster.Node.Background;

/// <summary>The SQL of background tasks.</summary>
internal static class BackgroundStore
{
    private const long KeptMs = 7 * 86_400_000L;

    private const string Columns =
        """
        select job_id JobId, run_id RunId, call_id CallId, conversation_id ConversationId, user_id UserId, epoch Epoch, language Language, tool Tool, line Line,
            follow Follow, started_at StartedAt, max_seconds MaxSeconds, state State, outcome Outcome, exit_code ExitCode, error Error, ended_at EndedAt,
            job Job, task Task, attempt Attempt
        from background_tasks
        """;

    /// <summary>False when this call is there already: it was made before a crash, and is made again.</summary>
    public static bool Add(Transaction tx, BackgroundRow row) => tx.Execute(
        """
        insert into background_tasks (job_id, run_id, call_id, conversation_id, user_id, epoch, language, tool, line, follow, started_at, max_seconds, state)
        values (@JobId, @RunId, @CallId, @ConversationId, @UserId, @Epoch, @Language, @Tool, @Line, @Follow, @StartedAt, @MaxSeconds, @State) on conflict do nothing
        """,
        row) == 1;

    public static BackgroundRow? Find(Transaction tx, string job) => tx.QueryFirst<BackgroundRow>(Columns + " where job_id = @job", new { job });

    public static BackgroundRow? Find(Transaction tx, AttemptRef name) => tx.QueryFirst<BackgroundRow>(
        Columns + " where job = @Job and task = @Task and attempt = @Attempt", new { Job = (long)name.Job, Task = (long)name.Task, Attempt = (long)name.Attempt });

    public static IReadOnlyList<BackgroundRow> InState(Transaction tx, string state) =>
        tx.Query<BackgroundRow>(Columns + " where state = @state order by started_at", new { state });

    /// <summary>Those of a user, the newest first.</summary>
    /// <param name="conversation">Null: of all conversations.</param>
    public static IReadOnlyList<BackgroundRow> Of(Transaction tx, string user, string? conversation, int most) => tx.Query<BackgroundRow>(
        Columns + " where user_id = @user and (@conversation is null or conversation_id = @conversation) order by started_at desc limit @most",
        new { user, conversation, most });

    public static void Adopted(Transaction tx, string job, AttemptRef name) => tx.Execute(
        "update background_tasks set job = @Job, task = @Task, attempt = @Attempt where job_id = @id",
        new { id = job, Job = (long)name.Job, Task = (long)name.Task, Attempt = (long)name.Attempt });

    public static void End(Transaction tx, string job, TaskEnd end, long now) => tx.Execute(
        "update background_tasks set state = 'ended', outcome = @Outcome, exit_code = @ExitCode, error = @Error, ended_at = @now where job_id = @job and state = 'running'",
        new { job, end.Outcome, end.ExitCode, end.Error, now });

    public static void Told(Transaction tx, string job) => tx.Execute("update background_tasks set state = 'told' where job_id = @job", new { job });

    /// <returns>Those that are forgotten; their files may go.</returns>
    public static IReadOnlyList<string> Forget(Transaction tx, long now) =>
        tx.Query<string>("delete from background_tasks where state = 'told' and ended_at < @old returning job_id", new { old = now - KeptMs });

    /// <summary>For the Hello: what is not over, or not told yet.</summary>
    public static IReadOnlyList<AttemptRef> Held(Transaction tx) =>
        [.. tx.Query<BackgroundRow>(Columns + " where state <> 'told' and job is not null").Select(row => row.Ref!)];
}
