using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Probes;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>What people ask of their jobs.</summary>
internal sealed class JobDesk(Database database, PoolLoop loop, People people, JobFeeds feeds, TimeProvider time)
{
    public const int MostListed = 1000;

    public Task<Page<JobModel>> ListAsync(SignedIn caller, bool all, int? limit, string? after, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var before = after is null ? long.MaxValue : PoolStore.Job(tx, after)?.Number ?? 0;
            var count = Math.Clamp(limit ?? 50, 1, MostListed);
            var rows = PoolStore.Jobs(tx, all && caller.Role >= Role.Admin ? null : caller.User.ToString(), before, count + 1);
            return new Page<JobModel>([.. rows.Take(count).Select(row => JobViews.Of(row, people))], rows.Count > count ? rows[count - 1].Id : null);
        },
        cancel);

    public Task<JobModel> GetAsync(SignedIn caller, string id, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var job = Find(tx, caller, id);
            var plan = PoolStore.Plan(tx, job.Number)!;
            return JobViews.Of(job, people, Steps.Of(tx, job, plan)) with { ConversationId = job.Owner == caller.User.ToString() ? ConversationOf(plan) : null };
        },
        cancel);

    public Task<Page<TaskModel>> TasksAsync(SignedIn caller, string id, int from, int? limit, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var job = Find(tx, caller, id);
            var plan = PoolStore.Plan(tx, job.Number)!;
            var count = Math.Clamp(limit ?? 100, 1, MostListed);
            var end = Math.Min(job.TaskCount, Math.Max(0, from) + count);
            var rows = PoolStore.Tasks(tx, job.Number, Math.Max(0, from), count).ToDictionary(row => row.Index);
            var unwritten = Unwritten.Of(tx, job, plan);
            var steering = SteeringView.Of(tx, job, people);
            var items = Enumerable.Range(Math.Max(0, from), Math.Max(0, end - Math.Max(0, from)))
                .Select(index => steering.With(JobViews.Of(job, plan, index, rows.GetValueOrDefault(index), unwritten, history: count <= 100), index));
            return new Page<TaskModel>([.. items], end < job.TaskCount ? $"{end}" : null);
        },
        cancel);

    /// <param name="id">A job, or one of its tasks.</param>
    public async Task CancelAsync(SignedIn caller, string id, CancelRequest request, CancellationToken cancel)
    {
        var (job, task) = await FindWorkAsync(caller, id, cancel);
        await loop.ApplyAsync(new CancelWork(Id<Job>.Parse(job.Id), task, request.Reason ?? $"{caller.Username} cancelled it."), cancel: cancel);
    }

    public Task<JobRow> GetRowAsync(SignedIn caller, string id, CancellationToken cancel) => database.ReadAsync(tx => Find(tx, caller, id), cancel);

    public async Task<WhyModel> WhyAsync(SignedIn caller, string id, CancellationToken cancel)
    {
        var (job, task) = await FindWorkAsync(caller, id, cancel);
        return await loop.AskAsync((state, now) => Why.Of(state, Id<Job>.Parse(job.Id), task, now), cancel);
    }

    public async Task PauseAsync(SignedIn caller, string id, CancellationToken cancel)
    {
        var job = await database.ReadAsync(
            tx =>
            {
                var found = Find(tx, caller, id);
                return PoolStore.Plan(tx, found.Number) is { Background: null } ? found
                    : throw ApiException.Conflict($"A background task cannot be paused, only stopped: muster job cancel {found.Id}.");
            },
            cancel);
        await loop.ApplyAsync(new PauseJob(Id<Job>.Parse(job.Id), $"{caller.Username} paused it."), cancel: cancel);
    }

    /// <summary>Results of tasks that are over, from a task on. Waits for the job's end when asked to.</summary>
    public async Task<ResultsModel> ResultsAsync(SignedIn caller, string id, int from, int? limit, TimeSpan wait, CancellationToken cancel) =>
        (await AwaitAsync(caller, id, from, limit, wait, cancel)).Results;

    /// <summary>The job with its first results, once it is over or the wait is.</summary>
    public async Task<JobModel> WithResultsAsync(SignedIn caller, string id, TimeSpan wait, CancellationToken cancel)
    {
        var (job, results) = await AwaitAsync(caller, id, 0, null, wait, cancel);
        return JobViews.Of(job, people) with { Results = results };
    }

    /// <summary>The job and, where a task is named, its index.</summary>
    public Task<(JobRow Job, int? Task)> FindWorkAsync(SignedIn caller, string text, CancellationToken cancel) =>
        database.ReadAsync(tx => WorkFinder.Find(tx, caller, text), cancel);

    private static string? ConversationOf(JobPlan plan) =>
        plan.Chat?.Conversation ?? plan.Fleet?.Conversation ?? plan.Background?.Conversation ?? SpendingScopes.Of(plan.CountsFor).Conversation;

    /// <exception cref="ApiException">There is none that the caller may see.</exception>
    public static JobRow Find(Transaction tx, SignedIn caller, string text)
    {
        if (Id<Job>.TryParse(text, out _))
        {
            return PoolStore.Job(tx, text) is { } whole && (caller.Role >= Role.Admin || whole.Owner == caller.User.ToString()) ? whole : throw ApiException.NotFound("job");
        }

        var id = Prefixes.Resolve<Job>(
            tx, text, "job", caller.Role >= Role.Admin ? "select id from jobs where owner <> @owner" : "select id from jobs where owner = @owner",
            new { owner = (caller.Role >= Role.Admin ? ProbePlan.Owner : caller.User).ToString() });
        return PoolStore.Job(tx, id)!;
    }

    private async Task<(JobRow Job, ResultsModel Results)> AwaitAsync(SignedIn caller, string id, int from, int? limit, TimeSpan wait, CancellationToken cancel)
    {
        // Who waits by a whole id watches first, and so reads once.
        using var early = wait > TimeSpan.Zero && Id<Job>.TryParse(id, out _) ? feeds.Watch(id) : null;
        var found = await database.ReadAsync(tx => Find(tx, caller, id), cancel);
        var job = wait <= TimeSpan.Zero || found.State.IsFinal() ? found : await EndAsync(found, early, wait, cancel);
        var count = Math.Clamp(limit ?? MostListed, 1, MostListed);
        var rows = await database.ReadAsync(tx => PoolStore.Results(tx, job.Number, from, count), cancel);
        var last = rows.Count == 0 ? job.TaskCount : rows[^1].Task + 1;
        return (job, new ResultsModel(JobViews.Word(job.State), rows, rows.Count < count || last >= job.TaskCount ? null : last));
    }

    private async Task<JobRow> EndAsync(JobRow now, JobWatcher? early, TimeSpan wait, CancellationToken cancel)
    {
        using var late = early is null ? feeds.Watch(now.Id) : null;
        now = early is null ? await database.ReadAsync(tx => PoolStore.Job(tx, now.Id)!, cancel) : now;
        if (!now.State.IsFinal())
        {
            await (early ?? late!).ReadAsync(change => (now = change.Job).State.IsFinal(), wait, time, cancel);
        }

        return now;
    }
}
