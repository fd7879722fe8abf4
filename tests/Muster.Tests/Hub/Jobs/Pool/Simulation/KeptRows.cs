using Muster.Hub.Jobs;
using Muster.Hub.Jobs.Pool;
using Muster.Hub.Jobs.Store;
using Xunit;

namespace Muster.Tests.Hub.Jobs.Pool.Simulation;

/// <summary>The store of a simulated hub: what was committed, and nothing else. Checks what may never happen to a row.</summary>
internal sealed class KeptRows
{
    private readonly Dictionary<long, JobRow> _jobs = [];
    private readonly Dictionary<(long, int), TaskRow> _tasks = [];
    private readonly Dictionary<string, OwnerRow> _owners = [];
    private readonly Dictionary<string, TrustRow> _trust = [];
    private long _next = 1;

    public IEnumerable<JobRow> Jobs => _jobs.Values;

    public SimulatedMoney Money { get; } = new();

    public TaskRow? Task(long job, int index) => _tasks.GetValueOrDefault((job, index));

    public IEnumerable<TaskRow> TasksOf(long job) => _tasks.Values.Where(task => task.Job == job);

    public PoolImage Image()
    {
        var live = _jobs.Values.Where(job => job.Live).ToDictionary(job => job.Number);
        return new PoolImage
        {
            Jobs = [.. live.Values], Tasks = [.. _tasks.Values.Where(task => live.ContainsKey(task.Job))], Owners = [.. _owners.Values],
            Trust = [.. _trust.Values], NextJob = _next,
        };
    }

    public void Commit(PoolState state, PoolEffects effects, long now)
    {
        foreach (var job in effects.Jobs)
        {
            var before = _jobs.GetValueOrDefault(job.Number);
            var row = RowMaker.Of(job) with { Plan = before?.Plan ?? job.Plan };
            Assert.False(before?.State.IsFinal() == true && before.State != row.State, $"job {row.Number} went from {before?.State} to {row.State}");
            Assert.Equal(row.Hold, row.HoldRest + row.Spent);
            _jobs[job.Number] = row;
        }

        foreach (var task in effects.Tasks)
        {
            Put(RowMaker.Of(task));
            task.Dirty = false;
        }

        foreach (var (job, index, end) in effects.Unleased)
        {
            Put(RowMaker.Unleased(job, index, end));
        }

        foreach (var owner in effects.Owners)
        {
            _owners[owner.Id.ToString()] = RowMaker.Of(owner, state.Settings, now);
        }

        foreach (var node in effects.Trust)
        {
            _trust[node.Id.ToString()] = RowMaker.Of(node);
        }

        _next = state.NextJob;
        Money.Commit(effects);
    }

    private void Put(TaskRow row)
    {
        if (_tasks.GetValueOrDefault((row.Job, row.Index)) is { } before && before.State.IsFinal())
        {
            Assert.Equal(before.State, row.State);
            Assert.Equal(before.Result ?? [], row.Result ?? before.Result ?? []);
        }

        _tasks[(row.Job, row.Index)] = row;
    }
}

/// <summary>Holds and escrow as the charges move them; nothing may go below zero, be made twice, or be left over.</summary>
internal sealed class SimulatedMoney
{
    private readonly HashSet<(long, int, int, int)> _made = [];
    private readonly Dictionary<long, (long Hold, long Escrow)> _accounts = [];

    public void Commit(PoolEffects effects)
    {
        foreach (var job in effects.NewJobs)
        {
            _accounts[job.Number] = (job.HoldMicro, 0);
        }

        foreach (var charge in effects.Charges)
        {
            var task = charge.Attempt.Task;
            Assert.True(charge.Micro > 0);
            Assert.True(_made.Add((task.Job.Number, task.Index, charge.Attempt.Number, charge.Part)), "a charge was made twice");
            var (hold, escrow) = _accounts[task.Job.Number];
            _accounts[task.Job.Number] = charge.Kind switch
            {
                ChargeKind.Base or ChargeKind.Earn => (hold - charge.Micro, escrow),
                ChargeKind.Escrow => (hold - charge.Micro, escrow + charge.Micro),
                ChargeKind.PayOut => (hold, escrow - charge.Micro),
                _ => (hold + charge.Micro, escrow - charge.Micro),
            };
            Assert.True(_accounts[task.Job.Number] is { Hold: >= 0, Escrow: >= 0 }, $"job {task.Job.Number}: {_accounts[task.Job.Number]} after {charge.Kind} {charge.Micro}");
        }

        foreach (var job in effects.Settled)
        {
            Assert.Equal(job.HoldRest, _accounts[job.Number].Hold);
            Assert.Equal(0, _accounts[job.Number].Escrow);
        }
    }
}
