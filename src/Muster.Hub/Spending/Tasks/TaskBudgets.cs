using Microsoft.AspNetCore.Http;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Ledger;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Spending.Tasks;

/// <summary>What the models of tasks may cost: of one that is named, or of all of a job that are at work. Where another's machine works, what is added is set aside.</summary>
internal sealed class TaskBudgets(Database database, PoolLoop pool, JobDesk jobs, JobHolds holds, SpendingSignal signal)
{
    /// <param name="id">A job or a task.</param>
    public async Task<BudgetModel> GetAsync(HttpContext context, string id)
    {
        var found = await FindAsync(context, id);
        return await ModelAsync(found, context.RequestAborted);
    }

    /// <inheritdoc cref="GetAsync"/>
    /// <exception cref="ApiException">The caller may not, or nothing of it is at work.</exception>
    /// <exception cref="LedgerException">Too few credits are free.</exception>
    public async Task<BudgetModel> ChangeAsync(HttpContext context, string id, BudgetChange change)
    {
        var caller = context.Caller();
        var found = await FindAsync(context, id);
        if (change.Micro is null)
        {
            throw ApiException.Invalid("max_cpt", "The models of a task keep a limit.", "Send a larger one, or what is to be added to it.");
        }

        var limits = found.Tasks.ToDictionary(task => task.Index, task => BudgetDesk.Next(task.Most, change, caller.Scopes.HasFlag(Scopes.Approve))!.Value);
        var more = found.Tasks.Where(task => task.Held).Sum(task => Math.Max(0, limits[task.Index] - task.Most));
        if (more > 0)
        {
            await database.WriteAsync(tx => holds.Extend(tx, caller with { SpendsFor = [.. found.Scopes.Limited] }, found.HoldKey, more), context.RequestAborted);
        }

        await pool.ApplyAsync(new AllowModels(found.Job, limits, more), cancel: CancellationToken.None);
        signal.Changed();
        return await ModelAsync(found with { Tasks = [.. found.Tasks.Select(task => task with { Most = limits[task.Index] })] }, context.RequestAborted);
    }

    private async Task<Found> FindAsync(HttpContext context, string id)
    {
        var (row, index) = await jobs.FindWorkAsync(context.Caller(), id, context.RequestAborted);
        var job = Id<Job>.Parse(row.Id);
        return await pool.AskAsync((state, _) => Of(state, job, index), context.RequestAborted)
            ?? throw ApiException.Conflict($"No agent of {id} that has a limit (max_model_cpt) is at work now, so there is none to change.");
    }

    private Task<BudgetModel> ModelAsync(Found found, CancellationToken cancel) => database.ReadAsync(
        tx =>
        {
            var states = found.Tasks.Select(task => (task.Id, State: new SpendingState(task.Most, SpendingCallStore.Cost(tx, task.Spender)))).ToList();
            // Of a job, each task that is at work gets what is added: as much as the neediest waits for.
            var more = states.Select(task => SpendingWaits.More(tx, task.Id, task.State)).MaxBy(credits => credits?.Micro);
            return BudgetApi.Model(new SpendingState(states.Sum(task => task.State.Max), states.Sum(task => task.State.Spent)), more);
        },
        cancel);

    private static Found? Of(PoolState state, Id<Job> id, int? index)
    {
        if (state.Find(id) is not { } job)
        {
            return null;
        }

        var tasks = job.Live.Values
            .Where(task => (index is null || task.Index == index) && task is { State: TaskState.Leased or TaskState.Running or TaskState.Paused, MostModelMicro: not null, Step.Plan.Runtime: TaskRuntime.Agent })
            .Select(task => new LimitedTask(
                task.Index, TaskIds.Of(id, task.Index).ToString(), task.MostModelMicro!.Value, TaskSpending.SpenderOf(id.ToString(), new AttemptName(job.Number, task.Index, task.LastAttempt)),
                job.HoldMicro > 0 && task.Find(task.LastAttempt) is { } attempt && attempt.Owner != job.Owner.Id))
            .ToList();
        return tasks.Count == 0 ? null : new Found(id, job.HoldKey, SpendingScopes.Of(job.Plan.CountsFor), tasks);
    }

    private sealed record Found(Id<Job> Job, string HoldKey, SpendingScopes Scopes, IReadOnlyList<LimitedTask> Tasks);

    /// <param name="Held">What its models may cost is in the job's hold.</param>
    private sealed record LimitedTask(int Index, string Id, long Most, string Spender, bool Held);
}
