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

/// <summary>Finds what an id means: a whole one, its beginning, or the 6 characters that lists show.</summary>
internal static class WorkFinder
{
    /// <exception cref="CliException">There is none, or more than one.</exception>
    public static async Task<FoundWork> FindAsync(JobClient jobs, string typed, CancellationToken cancellationToken)
    {
        var text = typed.TrimStart('#').ToLowerInvariant();
        try
        {
            return text.StartsWith(TaskKind.Prefix, StringComparison.Ordinal) ? await TaskAsync(jobs, text, cancellationToken) : new FoundWork(await jobs.GetAsync(text, cancellationToken), null);
        }
        catch (MusterException absent) when (absent.Status == 404)
        {
            return await OtherAsync(jobs, text, typed, cancellationToken);
        }
    }

    private static async Task<FoundWork> OtherAsync(JobClient jobs, string text, string typed, CancellationToken cancellationToken)
    {
        try
        {
            return await TaskAsync(jobs, text, cancellationToken);
        }
        catch (MusterException absent) when (absent.Status == 404)
        {
            throw new CliException($"There is no job or task \"{typed}\" that you may see. Type at least 6 characters of its id; see: muster job list", ExitCode.NotFound);
        }
    }

    private static async Task<FoundWork> TaskAsync(JobClient jobs, string text, CancellationToken cancellationToken)
    {
        var found = await jobs.FindTaskAsync(text, cancellationToken);
        return new FoundWork(await jobs.GetAsync(found.Job.Id, cancellationToken), found.Place);
    }
}
