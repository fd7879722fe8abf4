using System.Runtime.CompilerServices;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal static class TaskPages
{
    /// <summary>The hub leaves the attempts out of larger pages.</summary>
    private const int WithAttempts = 100;

    /// <summary>The task of a job that has no other; null for a larger one.</summary>
    public static async Task<TaskInfo?> OnlyAsync(JobClient jobs, JobInfo job, CancellationToken cancellationToken) =>
        job.Tasks == 1 ? (await jobs.TasksAsync(job.Id, 0, 1, cancellationToken)).Items[0] : null;

    /// <summary>The first tasks of a job, with their attempts.</summary>
    public static async IAsyncEnumerable<TaskInfo> ReadAsync(JobClient jobs, string job, int limit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int? from = 0, left = limit; from is { } start && left > 0;)
        {
            var page = await jobs.TasksAsync(job, start, Math.Min(left.Value, WithAttempts), cancellationToken);
            foreach (var task in page.Items)
            {
                yield return task;
            }

            left -= page.Items.Count;
            from = int.TryParse(page.Next, System.Globalization.CultureInfo.InvariantCulture, out var next) ? next : null;
        }
    }
}
