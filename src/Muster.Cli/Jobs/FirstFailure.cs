using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

/// <summary>Why a job failed: what the first of its tasks that failed has to say.</summary>
internal static class FirstFailure
{
    /// <returns>A sentence; null where no task failed.</returns>
    public static async Task<string?> FindAsync(JobClient jobs, JobInfo job, CancellationToken cancellationToken)
    {
        if (job.Counts.Failed == 0)
        {
            return null;
        }

        await foreach (var result in jobs.ResultsAsync(job.Id, JsonLines.Any, wait: false, cancellationToken: cancellationToken))
        {
            if (result.State == "failed")
            {
                return Sentence(job, (await jobs.TasksAsync(job.Id, result.Task, 1, cancellationToken)).Items[0]);
            }
        }

        return null;
    }

    private static string Sentence(JobInfo job, TaskInfo task)
    {
        var attempt = task.History?.LastOrDefault(attempt => attempt.Outcome is not null);
        var reason = attempt?.Error ?? task.Reason ?? (task.ExitCode is { } code ? $"its exit code was {code}" : "nothing is known of why");
        var id = JobText.Short(task.Id);
        return $"{JobText.Place(task, job)} ({id}){(task.Node is { } node ? $" on {node}" : "")} failed: {reason.TrimEnd('.')}. What it printed: muster job logs {id}";
    }
}
