using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;

namespace Muster.Hub.Jobs;

/// <summary>A job that is submitted and waited for in one request: what comes of it is taken as the pool tells it, and not read again.</summary>
internal sealed class JobCall(JobIntake intake, JobDesk desk, JobFeeds feeds, People people, TimeProvider time)
{
    /// <returns>The job with its first results; as it is then, when the wait is over first.</returns>
    public async Task<JobModel> RunAsync(HttpContext context, JobRequest request, TimeSpan wait)
    {
        var (order, began) = (intake.Order(context, request), time.GetTimestamp());
        using var watcher = feeds.Watch(order.Job.Id.ToString());
        await intake.SubmitAsync(context, order);
        if (order.IsNew && await EndAsync(watcher, wait, context.RequestAborted) is { } model)
        {
            return model;
        }

        var left = wait - time.GetElapsedTime(began);
        return await desk.WithResultsAsync(context.Caller(), order.Accepted!.Id, left > TimeSpan.Zero ? left : TimeSpan.Zero, context.RequestAborted);
    }

    /// <returns>Null for a job that is not over in time, or has more results than one answer holds.</returns>
    private async Task<JobModel?> EndAsync(JobWatcher watcher, TimeSpan wait, CancellationToken cancel)
    {
        JobRow? job = null;
        var over = new SortedList<int, TaskRow>();
        await watcher.ReadAsync(
            change =>
            {
                job = change.Job;
                foreach (var task in change.Tasks.Where(task => task.State.IsFinal() && job.TaskCount <= JobDesk.MostListed))
                {
                    over[task.Index] = task;
                }

                return job.State.IsFinal();
            },
            wait, time, cancel);
        return job is { TaskCount: <= JobDesk.MostListed } && job.State.IsFinal()
            ? JobViews.Of(job, people) with { Results = new ResultsModel(JobViews.Word(job.State), [.. over.Values.Select(JobRowReader.Result)], null) }
            : null;
    }
}
