using Muster.Agents.Offline;

namespace Muster.Hub.Jobs.Pool;

/// <summary>The tasks of one entry of a spec. Those that were never leased are only a range; the others are <see cref="PoolTask"/>s.</summary>
internal sealed class PoolStep(PoolJob job, int index, int start)
{
    private const int FewestMeasured = 8;
    private const double QuickSeconds = 0.5;
    private Queue<PoolTask>? _again;
    private bool? _needsModel;
    private double _seconds;
    private int _measured;

    public PoolJob Job => job;

    public int Index => index;

    public StepPlan Plan { get; } = job.Plan.Steps[index];

    /// <summary>Index in the job of its first task.</summary>
    public int First { get; } = start;

    public int Count => Plan.Count;

    public int End => First + Plan.Count;

    /// <summary>Next task that was never leased.</summary>
    public int NextFresh { get; set; } = start;

    /// <summary>Steps that must succeed before.</summary>
    public int WaitsFor { get; set; } = job.Plan.Steps[index].After.Count;

    /// <summary>Tasks that are not over.</summary>
    public int Unfinished { get; set; } = job.Plan.Steps[index].Count;

    public bool Skipped { get; set; }

    /// <summary>A task of it ended, and not well.</summary>
    public bool Failed { get; set; }

    public List<int> Dependents { get; } = [];

    /// <summary>What its tasks ask of a node; shared with all steps that ask the same.</summary>
    public NeedsClass Needs { get; set; } = null!;

    /// <summary>Its inputs by the first 16 bytes of their hash, with their sizes.</summary>
    public IReadOnlyList<(UInt128 Hash, long Size)> Data { get; } = DataOf(job.Plan.Steps[index]);

    /// <summary>Its agents are asked for what the built-in rules of a machine do not know.</summary>
    public bool NeedsModel => _needsModel ??= Plan.Runtime == TaskRuntime.Agent && OfflineModel.CallFor(Plan.Objective ?? "") is null;

    /// <summary>In the queue of ready steps.</summary>
    public bool Queued { get; set; }

    /// <summary>A gang is not tried again before, in Unix milliseconds.</summary>
    public long GangNotBefore { get; set; }

    /// <summary>Members of a gang that have succeeded and wait for the others.</summary>
    public int GangDone { get; set; }

    /// <summary>
    /// Its tasks are over so soon that a node would wait for the next one as long as it works on this one. What may not run twice is never leased ahead: it
    /// could be lost without having begun.
    /// </summary>
    public bool Quick => _measured >= FewestMeasured && _seconds < QuickSeconds && Plan is { Gang: false, AtMostOnce: false, Needs.Gpu: 0 };

    /// <summary>How long an attempt ran, as its node says; the last few count.</summary>
    public void Measure(double seconds)
    {
        _measured = Math.Min(_measured + 1, FewestMeasured);
        _seconds += (seconds - _seconds) / _measured;
    }

    /// <summary>A task that was leased before and may be leased again.</summary>
    public PoolTask? NextAgain
    {
        get
        {
            while (_again is not null && _again.TryPeek(out var task))
            {
                if (task.NeedsAttempt)
                {
                    return task;
                }

                task.WaitsInStep = false;
                _again.Dequeue();
            }

            return null;
        }
    }

    public bool IsOpen => WaitsFor == 0 && !Skipped && !job.State.IsFinal();

    public bool HasReady => IsOpen && (NextAgain is not null || FreshLeft);

    public void AddAgain(PoolTask task)
    {
        if (!task.WaitsInStep)
        {
            task.WaitsInStep = true;
            (_again ??= new Queue<PoolTask>()).Enqueue(task);
        }
    }

    public void TakeAgain() => _again!.Dequeue().WaitsInStep = false;

    public bool FreshLeft
    {
        get
        {
            while (NextFresh < End && job.EndedUnleased.Count > 0 && job.EndedUnleased.Contains(NextFresh))
            {
                NextFresh++;
            }

            return NextFresh < End;
        }
    }

    private static IReadOnlyList<(UInt128 Hash, long Size)> DataOf(StepPlan plan) => plan.Inputs.Count == 0
        ? []
        : [.. plan.Inputs.Where(input => input.Sha256 is not null).Select(input => (UInt128.Parse(input.Sha256.AsSpan(0, 32), System.Globalization.NumberStyles.HexNumber), input.Size))];
}
