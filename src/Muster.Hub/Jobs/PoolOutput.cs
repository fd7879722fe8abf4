using Muster.Hub.Jobs.Events;
using Muster.Hub.Jobs.Nodes;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Steering;
using Muster.Hub.Jobs.Store;
using Muster.Hub.Together;
using Muster.Storage;

namespace Muster.Hub.Jobs;

/// <summary>Where the effects of a turn go besides the pool's own tables.</summary>
internal sealed class PoolOutput(PoolNodes nodes, LeaseSender leases, PayloadCache payloads, JobFeeds feeds, LogBook logs, PoolBooks books, PoolNews news)
{
    public IEnumerable<PoolCommand> NodesNow() => nodes.Now();

    /// <summary>In the transaction of the turn.</summary>
    public void Write(Transaction tx, long epoch, PoolEffects effects, long now)
    {
        books.Write(tx, epoch, effects);
        PoolFiles.Write(tx, effects, now);
        SteeringStore.Write(tx, effects, now);
        news.Write(tx, effects);
        foreach (var attempt in effects.Leases)
        {
            if (attempt.Task.Job.Plan.Chat is { } chat)
            {
                FleetStore.Involve(tx, chat.Conversation, chat.Message, [attempt.Node.Id.ToString()]);
            }
        }
    }

    /// <summary>After the commit.</summary>
    public void Tell(PoolEffects effects, PoolWrites writes)
    {
        foreach (var (submission, job) in effects.Submissions.Zip(effects.NewJobs))
        {
            payloads.Add(job.Number, submission.Payloads);
        }

        effects.Settled.ForEach(job => payloads.Remove(job.Number));
        foreach (var end in effects.Ended)
        {
            logs.Close(end);
        }

        feeds.Tell(writes);
        news.Tell(effects);
    }

    /// <summary>The price of an attempt.</summary>
    public (long Base, long Node) Meter(JobPlan job, StepPlan step, AttemptUse use, double leaseSeconds, long factor) => books.Meter(job, step, use, leaseSeconds, factor);

    public Task SendAsync(long epoch, PoolEffects effects, CancellationToken cancel) => leases.SendAsync(epoch, effects, cancel);
}
