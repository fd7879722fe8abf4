using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>What people ask of their tasks, whichever jobs they are of.</summary>
internal sealed class TaskDesk(Database database, People people)
{
    private const int MostListed = 100;

    /// <summary>Tasks that one request looks at; a page may therefore be short, and its next one go on.</summary>
    private const int MostLooked = 5000;
    private const int JobsAtOnce = 50;

    /// <summary>Those of the newest jobs first, each job's in their order.</summary>
    /// <param name="after">The last task of the page before.</param>
    public Task<Page<RecentTaskModel>> RecentAsync(SignedIn caller, int? limit, string? after, string? state, CancellationToken cancel)
    {
        var wanted = state is null ? (TaskState?)null : StateOf(state);
        var count = Math.Clamp(limit ?? 50, 1, MostListed);
        return database.ReadAsync(tx => Recent(tx, people, caller, count, after, wanted), cancel);
    }

    /// <param name="wanted">Null: in any state.</param>
    public static Page<RecentTaskModel> Recent(Transaction tx, People people, SignedIn caller, int count, string? after, TaskState? wanted)
    {
        var found = new List<RecentTaskModel>();
        var looked = 0;
        string? last = null;
        foreach (var (job, plan, index, row, unwritten) in Tasks(tx, caller, after is null ? null : WorkFinder.Task(tx, caller, after)))
        {
            if (found.Count == count || looked++ == MostLooked)
            {
                return new Page<RecentTaskModel>(found, last);
            }

            last = TaskIds.Of(Id<Job>.Parse(job.Id), index).ToString();
            if (wanted is null || (row?.State ?? unwritten[index]) == wanted)
            {
                found.Add(new RecentTaskModel(JobViews.Of(job, people), JobViews.Of(job, plan, index, row, unwritten, history: true)));
            }
        }

        return new Page<RecentTaskModel>(found, null);
    }

    /// <summary>The first tasks of a job.</summary>
    public static IEnumerable<TaskModel> Of(Transaction tx, JobRow job, int most) =>
        TasksOf(tx, job, 0).Take(most).Select(task => JobViews.Of(task.Job, task.Plan, task.Index, task.Row, task.Unwritten));

    /// <param name="id">A whole one, or at least 6 characters of its random part.</param>
    public Task<RecentTaskModel> GetAsync(SignedIn caller, string id, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var (job, index) = WorkFinder.Task(tx, caller, id);
            var row = PoolStore.Tasks(tx, job.Number, index, 1).FirstOrDefault(row => row.Index == index);
            var plan = PoolStore.Plan(tx, job.Number)!;
            var task = JobViews.Of(job, plan, index, row, Unwritten.Of(tx, job, plan), history: true);
            return new RecentTaskModel(JobViews.Of(job, people), SteeringView.Of(tx, job, people).With(task, index));
        },
        cancel);

    private static IEnumerable<(JobRow Job, JobPlan Plan, int Index, TaskRow? Row, Unwritten Unwritten)> Tasks(Transaction tx, SignedIn caller, (JobRow Job, int Task)? after)
    {
        if (after is { } begun)
        {
            foreach (var task in TasksOf(tx, begun.Job, begun.Task + 1))
            {
                yield return task;
            }
        }

        for (var before = after?.Job.Number ?? long.MaxValue; PoolStore.Jobs(tx, caller.User.ToString(), before, JobsAtOnce) is { Count: > 0 } jobs; before = jobs[^1].Number)
        {
            foreach (var task in jobs.SelectMany(job => TasksOf(tx, job, 0)))
            {
                yield return task;
            }
        }
    }

    private static IEnumerable<(JobRow Job, JobPlan Plan, int Index, TaskRow? Row, Unwritten Unwritten)> TasksOf(Transaction tx, JobRow job, int from)
    {
        var plan = PoolStore.Plan(tx, job.Number)!;
        var unwritten = Unwritten.Of(tx, job, plan);
        for (var start = from; start < job.TaskCount; start += MostListed)
        {
            var rows = PoolStore.Tasks(tx, job.Number, start, MostListed).ToDictionary(row => row.Index);
            for (var index = start; index < Math.Min(job.TaskCount, start + MostListed); index++)
            {
                yield return (job, plan, index, rows.GetValueOrDefault(index), unwritten);
            }
        }
    }

    private static TaskState StateOf(string word)
    {
        foreach (var state in Enum.GetValues<TaskState>())
        {
            if (JobViews.Word(state) == word)
            {
                return state;
            }
        }

        throw ApiException.Invalid("state", $"There is no state \"{word}\".", $"Write {string.Join(", ", Enum.GetValues<TaskState>().Select(JobViews.Word))}.");
    }
}
