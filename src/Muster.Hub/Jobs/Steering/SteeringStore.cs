using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Pool.Rules;
using Muster.Storage;

namespace Muster.Hub.Jobs.Steering;

/// <summary>Something that a person says to agents of a job.</summary>
/// <param name="Task">Index of the task; null: to every agent of the job that is not over.</param>
/// <param name="At">Unix milliseconds.</param>
internal sealed record SteeringRow(string MessageId, int? Task, string UserId, string Text, bool Interrupt, long At);

/// <summary>What is said to agents of jobs, from before they begin until their job is forgotten.</summary>
internal static class SteeringStore
{
    private const string Columns = "select m.message_id, m.task, m.user_id, m.text, m.interrupt, m.at from job_messages m where m.job_id = @job";

    /// <returns>False: it was said before.</returns>
    public static bool Add(Transaction tx, string job, SteeringRow row) => tx.Execute(
        """
        insert into job_messages (job_id, message_id, task, user_id, text, interrupt, at) values (@job, @MessageId, @Task, @UserId, @Text, @interrupt, @At)
        on conflict (job_id, message_id) do nothing
        """,
        new { job, row.MessageId, row.Task, row.UserId, row.Text, interrupt = row.Interrupt ? 1 : 0, row.At }) > 0;

    /// <returns>False: so many things were said already, and this is none of them.</returns>
    public static bool TryAdd(Transaction tx, string job, SteeringRow row, int most)
    {
        var said = All(tx, job);
        if (said.Count >= most && said.All(known => known.MessageId != row.MessageId))
        {
            return false;
        }

        Add(tx, job, row);
        return true;
    }

    /// <summary>What the agent of a task is told, in the order in which it was said.</summary>
    public static IReadOnlyList<SteeringRow> For(Transaction tx, string job, int task) =>
        Read(tx, Columns + " and (m.task is null or m.task = @task) order by m.at, m.message_id", new { job, task });

    public static IReadOnlyList<SteeringRow> All(Transaction tx, string job) => Read(tx, Columns + " order by m.at, m.message_id", new { job });

    /// <summary>What was said to all of a job is said to all of another.</summary>
    public static void Copy(Transaction tx, string from, string to) => tx.Execute(
        """
        insert into job_messages (job_id, message_id, task, user_id, text, interrupt, at)
        select @to, message_id, task, user_id, text, 0, at from job_messages where job_id = @from and task is null
        on conflict (job_id, message_id) do nothing
        """,
        new { from, to });

    /// <summary>Ids of what was taken up, with the indexes of the tasks that did.</summary>
    public static ILookup<string, int> Heard(Transaction tx, string job) => tx
        .Query<(string Message, long Task)>("select message_id, task from job_messages_heard where job_id = @job", new { job })
        .ToLookup(heard => heard.Message, heard => (int)heard.Task);

    /// <summary>In the transaction of a turn: notes what agents took up, and has the owner told what none of a job that is over did.</summary>
    public static void Write(Transaction tx, PoolEffects effects, long now)
    {
        foreach (var end in effects.Ends.Where(end => end.Heard.Count > 0))
        {
            if (effects.Jobs.FirstOrDefault(job => job.Number == end.Name.Job) is { } job)
            {
                Take(tx, job.Id.ToString(), end.Name.Task, end.Heard);
            }
        }

        foreach (var job in effects.Jobs.Where(job => job.State is JobState.Succeeded or JobState.Failed && job.EndedAt == now && job.Steps.Any(SteerRules.HasAgent)))
        {
            effects.Notices.AddRange(Unheard(tx, job.Id.ToString()).Select(row => new PoolNotice(job, PoolNotice.Unheard, row.Text)));
        }
    }

    public static void Delete(Transaction tx, string job)
    {
        tx.Execute("delete from job_messages where job_id = @job", new { job });
        tx.Execute("delete from job_messages_heard where job_id = @job", new { job });
    }

    /// <summary>A node says which: only what was said to the task counts. A message of a conversation has arrived with it.</summary>
    private static void Take(Transaction tx, string job, int task, IReadOnlyList<string> messages)
    {
        foreach (var message in messages)
        {
            tx.Execute(
                """
                insert into job_messages_heard (job_id, message_id, task)
                select job_id, message_id, @task from job_messages where job_id = @job and message_id = @message and (task is null or task = @task)
                on conflict (job_id, message_id, task) do nothing
                """,
                new { job, task, message });
            tx.Execute(
                """
                update messages set state = 'routed' where id = @message and state = 'steered'
                    and exists (select 1 from job_messages_heard h where h.job_id = @job and h.message_id = @message)
                """,
                new { job, message });
        }
    }

    /// <summary>Without messages of conversations: those are handled when their run is over.</summary>
    private static IReadOnlyList<SteeringRow> Unheard(Transaction tx, string job) => Read(
        tx,
        Columns + """
             and not exists (select 1 from job_messages_heard h where h.job_id = m.job_id and h.message_id = m.message_id)
            and not exists (select 1 from messages c where c.id = m.message_id)
            order by m.at, m.message_id
            """,
        new { job });

    private static IReadOnlyList<SteeringRow> Read(Transaction tx, string sql, object parameters) =>
    [
        .. tx.Query<(string Message, long? Task, string User, string Text, long Interrupt, long At)>(sql, parameters)
            .Select(row => new SteeringRow(row.Message, (int?)row.Task, row.User, row.Text, row.Interrupt != 0, row.At)),
    ];
}
