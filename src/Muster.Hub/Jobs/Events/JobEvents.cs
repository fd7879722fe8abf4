using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat.Threads;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Jobs.Views;
using Muster.Storage;

namespace Muster.Hub.Jobs.Events;

/// <summary>A job as it happens: <c>job</c> and <c>task</c> events, numbered by the job's version, until it is over.</summary>
internal sealed class JobEvents(Database database, JobFeeds feeds, People people, TimeProvider time)
{
    public async Task ServeAsync(HttpContext context, JobRow job, long after, bool tasks)
    {
        using var watcher = feeds.Watch(job.Id);
        var (now, plan, changed) = await database.ReadAsync(
            tx => (PoolStore.Job(tx, job.Id)!, PoolStore.Plan(tx, job.Number)!, tasks ? PoolStore.TasksSince(tx, job.Number, after) : []), context.RequestAborted);
        var stream = new EventStream(context, time);
        await stream.OpenAsync();
        Write(stream, now, plan, changed);
        await stream.FlushAsync();
        var sent = now.Version;
        while (!now.State.IsFinal() && await stream.MoreAsync(watcher.Changes))
        {
            while (watcher.Changes.TryRead(out var change))
            {
                if (change.Job.Version > sent)
                {
                    now = change.Job;
                    sent = now.Version;
                    Write(stream, now, plan, tasks ? change.Tasks : []);
                }
            }

            await stream.FlushAsync();
        }
    }

    /// <summary>The tasks first: whoever has seen a job's number has seen all up to it.</summary>
    private void Write(EventStream stream, JobRow job, JobPlan plan, IReadOnlyList<TaskRow> tasks)
    {
        foreach (var task in tasks)
        {
            stream.Write(new ThreadEvent(0, "task", JsonSerializer.Serialize(JobViews.Of(job, plan, task.Index, task, null), HubJson.Default.TaskModel)));
        }

        stream.Write(new ThreadEvent(job.Version, "job", JsonSerializer.Serialize(JobViews.Of(job, people), HubJson.Default.JobModel)));
    }
}
