using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Store;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>
/// Finds what a person meant by an id of a job or a task: a whole one, or at least 6 characters of its random part. Ids of tasks are
/// computed and stored nowhere, so a short one is looked for among those of recent jobs.
/// </summary>
internal static class WorkFinder
{
    private const int Recent = 1000;
    private const int Least = 6;
    private const int TimeLength = 10;
    private const int Whole = 26;

    /// <returns>The job and, where a task is meant, its index.</returns>
    /// <exception cref="ApiException">There is none that the caller may see, or more than one.</exception>
    public static (JobRow Job, int? Task) Find(Transaction tx, SignedIn caller, string typed)
    {
        var text = typed.TrimStart('#').ToLowerInvariant();
        if (text.StartsWith(TaskKind.Prefix, StringComparison.Ordinal))
        {
            return Task(tx, caller, text);
        }

        try
        {
            return (JobDesk.Find(tx, caller, text), null);
        }
        catch (ApiException absent) when (absent.Status == 404)
        {
            if (Short(tx, caller, text) is { } task)
            {
                return task;
            }

            throw;
        }
    }

    /// <exception cref="ApiException">There is none that the caller may see, or more than one.</exception>
    public static (JobRow Job, int Task) Task(Transaction tx, SignedIn caller, string typed)
    {
        var text = typed.TrimStart('#').ToLowerInvariant();
        var bare = text.StartsWith(TaskKind.Prefix, StringComparison.Ordinal) ? text[TaskKind.Prefix.Length..] : text;
        return (Id<TaskKind>.TryParse(TaskKind.Prefix + bare, out var whole) ? ById(tx, caller, whole) : Short(tx, caller, bare)) ?? throw ApiException.NotFound("task");
    }

    private static (JobRow Job, int Task)? ById(Transaction tx, SignedIn caller, Id<TaskKind> task)
    {
        var candidates = tx.Query<string>("select id from jobs where id >= @low and id < @high", new { low = TaskIds.JobBeginning(task), high = TaskIds.JobBeginning(task) + "~" });
        foreach (var job in candidates.Select(id => PoolStore.Job(tx, id)).OfType<JobRow>().Where(job => caller.Role >= Role.Admin || job.Owner == caller.User.ToString()))
        {
            if (TaskIds.IndexIn(Id<Job>.Parse(job.Id), task) is { } index && index < job.TaskCount)
            {
                return (job, index);
            }
        }

        return null;
    }

    private static (JobRow Job, int Task)? Short(Transaction tx, SignedIn caller, string bare)
    {
        if (bare.Length is < Least or > Whole)
        {
            return null;
        }

        var jobs = PoolStore.Jobs(tx, caller.Role >= Role.Admin ? null : caller.User.ToString(), long.MaxValue, Recent);
        return jobs.SelectMany(job => In(job, bare)).Take(2).ToList() switch
        {
            [] => null,
            [var one] => one,
            _ => throw ApiException.Conflict($"\"{bare}\" begins more than one task: type more of it."),
        };
    }

    /// <summary>Tasks whose id begins so, or whose random part does.</summary>
    private static IEnumerable<(JobRow Job, int Task)> In(JobRow row, string bare)
    {
        var job = Id<Job>.Parse(row.Id);
        var time = row.Id.Substring(Job.Prefix.Length, TimeLength);
        var random = bare.Length >= TimeLength + Least && bare.StartsWith(time, StringComparison.Ordinal) ? bare[TimeLength..] : bare;
        return TaskIds.Shortened(job, random[..Least], row.TaskCount)
            .Where(index => TaskIds.Of(job, index).ToString()[(TaskKind.Prefix.Length + TimeLength)..].StartsWith(random, StringComparison.Ordinal))
            .Select(index => (row, index));
    }
}
