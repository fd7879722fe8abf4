using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Planning;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Together;

/// <summary>Stops what machines do for a conversation by jobs, of a request to many or of a plan: these are cancelled, so that one that is away has nothing to do when it is back.</summary>
internal sealed class FleetStops(PoolLoop pool, Database database, TimeProvider time)
{
    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(20);

    /// <param name="working">As it was before anything was stopped.</param>
    /// <returns>A receipt for each machine that worked, stopped where it said so in time.</returns>
    public async Task<IReadOnlyList<FleetStopped>> StopAsync(string conversation, IReadOnlyList<FleetWork> working, TimeSpan patience, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        if (working.Count == 0)
        {
            return [];
        }

        var jobs = working.Select(one => one.Job).ToHashSet();
        foreach (var job in jobs)
        {
            await pool.ApplyAsync(new CancelWork(job, null, "It was stopped."), cancel: cancel);
        }

        return await EndAsync(conversation, jobs, working, began, patience, cancel);
    }

    /// <summary>Cancels the tasks that one machine works on for a conversation, and the steps that wait for it, and none of the others.</summary>
    /// <returns>Nothing, where there are none.</returns>
    public async Task<IReadOnlyList<FleetStopped>> StopOnAsync(string conversation, string node, TimeSpan patience, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var there = (await WorkingAsync(conversation, cancel)).Where(one => one.Node == node).ToList();
        var waiting = await database.ReadAsync(tx => PlanStore.StepsOn(tx, conversation, node), cancel);
        foreach (var (job, task) in there.Select(one => (one.Job, one.Task)).Union(waiting))
        {
            await pool.ApplyAsync(new CancelWork(job, task, "It was stopped."), cancel: cancel);
        }

        return there.Count == 0 ? [.. waiting.Take(1).Select(_ => new FleetStopped(node, time.GetElapsedTime(began).TotalMilliseconds))] : await EndAsync(conversation, there.Select(one => one.Job).ToHashSet(), there, began, patience, cancel);
    }

    /// <summary>Attempts of the conversation whose machine has not said that they are over.</summary>
    public async Task<IReadOnlyList<FleetWork>> WorkingAsync(string conversation, CancellationToken cancel) =>
        await OpenAsync(conversation, await database.ReadAsync(tx => PlanStore.JobsOf(tx, conversation), cancel), cancel);

    private async Task<IReadOnlyList<FleetStopped>> EndAsync(
        string conversation, IReadOnlySet<Id<Job>> jobs, IReadOnlyList<FleetWork> working, long began, TimeSpan patience, CancellationToken cancel)
    {
        var receipts = new Dictionary<string, FleetStopped>(StringComparer.Ordinal);
        while (true)
        {
            var left = (await OpenAsync(conversation, jobs, cancel)).Where(working.Contains).Select(one => one.Node).ToHashSet(StringComparer.Ordinal);
            foreach (var node in working.Select(one => one.Node).Where(node => !left.Contains(node) && !receipts.ContainsKey(node)))
            {
                receipts[node] = new FleetStopped(node, time.GetElapsedTime(began).TotalMilliseconds);
            }

            if (left.Count == 0 || time.GetElapsedTime(began) > patience)
            {
                return [.. working.Select(one => one.Node).Distinct(StringComparer.Ordinal).Select(node => receipts.GetValueOrDefault(node) ?? new FleetStopped(node, null))];
            }

            await Task.Delay(_look, time, cancel);
        }
    }

    private Task<IReadOnlyList<FleetWork>> OpenAsync(string conversation, IReadOnlySet<Id<Job>> jobs, CancellationToken cancel) => pool.AskAsync<IReadOnlyList<FleetWork>>(
        (state, _) => [.. state.Jobs.Values.Where(job => job.Plan.Fleet?.Conversation == conversation || jobs.Contains(job.Id))
            .SelectMany(job => job.Live.Values.SelectMany(task => task.Attempts.Where(attempt => attempt.State.IsOpen())
                .Select(attempt => new FleetWork(job.Id, task.Index, NameOf(attempt)))))],
        cancel);

    /// <summary>A hub that has just been started has not heard of its machines yet.</summary>
    private static string NameOf(PoolAttempt attempt) => attempt.Node.Terms.Name is { Length: > 0 } name ? name : attempt.NodeName;
}

internal sealed record FleetWork(Id<Job> Job, int Task, string Node);

/// <param name="Milliseconds">Null: it did not say so in time.</param>
internal sealed record FleetStopped(string Node, double? Milliseconds);
