using Muster.Client;
using Muster.Client.Jobs;
using Muster.Protocol.Ids;

namespace Muster.Cli.Jobs;

/// <summary>A job that a person named, or one task of it.</summary>
/// <param name="Index">The task's place in the job; null for the job as a whole.</param>
internal sealed record FoundWork(JobInfo Job, int? Index)
{
    /// <summary>What the hub is asked with.</summary>
    public string Id => Index is { } index ? TaskIds.Of(Id<Job>.Parse(Job.Id), index).ToString() : Job.Id;
}

/// <summary>
/// Finds what an id means: a whole one, its beginning, or the 6 characters that lists show. Ids of tasks are computed and stored nowhere,
/// so a short one is looked for among the tasks of recent jobs.
/// </summary>
internal static class WorkFinder
{
    private const int Recent = 200;
    private const int Least = 6;
    private const int TimeLength = 10;

    /// <exception cref="CliException">There is none, or more than one.</exception>
    public static async Task<FoundWork> FindAsync(JobClient jobs, string typed, CancellationToken cancellationToken)
    {
        var text = typed.TrimStart('#').ToLowerInvariant();
        if (Id<TaskKind>.TryParse(text, out var task))
        {
            return await WholeAsync(jobs, task, typed, cancellationToken);
        }

        if (!text.StartsWith(TaskKind.Prefix, StringComparison.Ordinal) && await JobAsync(jobs, text, cancellationToken) is { } job)
        {
            return new FoundWork(job, null);
        }

        return await ShortAsync(jobs, text.StartsWith(TaskKind.Prefix, StringComparison.Ordinal) ? text[TaskKind.Prefix.Length..] : text, typed, cancellationToken);
    }

    private static async Task<FoundWork> WholeAsync(JobClient jobs, Id<TaskKind> task, string typed, CancellationToken cancellationToken) =>
        await JobAsync(jobs, TaskIds.JobBeginning(task), cancellationToken) is { } job && TaskIds.IndexIn(Id<Job>.Parse(job.Id), task) is { } index && index < job.Tasks
            ? new FoundWork(job, index)
            : throw None(typed);

    private static async Task<JobInfo?> JobAsync(JobClient jobs, string text, CancellationToken cancellationToken)
    {
        try
        {
            return await jobs.GetAsync(text, cancellationToken);
        }
        catch (MusterException absent) when (absent.Status == 404)
        {
            return null;
        }
    }

    private static async Task<FoundWork> ShortAsync(JobClient jobs, string bare, string typed, CancellationToken cancellationToken)
    {
        if (bare.Length < Least)
        {
            throw None(typed);
        }

        var recent = (await jobs.ListAsync(Recent, cancellationToken: cancellationToken)).Items;
        return recent.SelectMany(job => TasksOf(job, bare)).Take(2).ToList() switch
        {
            [var one] => one with { Job = await jobs.GetAsync(one.Job.Id, cancellationToken) },
            [] => throw None(typed),
            _ => throw new CliException($"\"{typed}\" begins more than one task: type more of it."),
        };
    }

    /// <summary>Tasks whose id begins so, or whose random part does.</summary>
    private static IEnumerable<FoundWork> TasksOf(JobInfo info, string bare)
    {
        var job = Id<Job>.Parse(info.Id);
        var time = info.Id.Substring(Job.Prefix.Length, TimeLength);
        var random = bare.Length >= TimeLength + Least && bare.StartsWith(time, StringComparison.Ordinal) ? bare[TimeLength..] : bare;
        return TaskIds.Shortened(job, random[..Least], info.Tasks)
            .Where(index => TaskIds.Of(job, index).ToString()[(TaskKind.Prefix.Length + TimeLength)..].StartsWith(random, StringComparison.Ordinal))
            .Select(index => new FoundWork(info, index));
    }

    private static CliException None(string typed) =>
        new($"There is no job or task \"{typed}\" that you may see. Ids have at least {Least} characters; see: muster job list", ExitCode.NotFound);
}
