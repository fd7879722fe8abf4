using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool;

/// <summary>Steps that ask the same of a node, by the same user, at the same priority: placed by one decision, and queued together.</summary>
internal sealed class NeedsClass(int number, NeedsKey key, NeedsPlan needs, PoolOwner owner, StepPlan example)
{
    /// <summary>Steps that have tasks to be leased, oldest first.</summary>
    private readonly PriorityQueue<PoolStep, (long Job, int Step)> _steps = new();

    public int Number => number;

    public NeedsKey Key => key;

    public NeedsPlan Needs => needs;

    public PoolOwner Owner => owner;

    public TaskRuntime Runtime => example.Runtime;

    public string? Function => example.Function;

    public bool Pack => key.Pack;

    /// <summary>No node has room for it; only one that has become freer since can change that.</summary>
    public bool Stuck { get; set; }

    /// <summary>When others were last stopped for it, in Unix milliseconds.</summary>
    public long PreemptedAt { get; set; }

    /// <summary>When its oldest step was submitted; <see cref="long.MaxValue"/> when there is none.</summary>
    public long Age => Head is { } step ? step.Job.Number : long.MaxValue;

    public PoolStep? Head
    {
        get
        {
            while (_steps.TryPeek(out var step, out _))
            {
                if (step.HasReady && !step.Job.Paused)
                {
                    return step;
                }

                step.Queued = false;
                _steps.Dequeue();
            }

            return null;
        }
    }

    public void Enqueue(PoolStep step)
    {
        if (!step.Queued && step.HasReady && !step.Job.Paused)
        {
            step.Queued = true;
            _steps.Enqueue(step, (step.Job.Number, step.Index));
        }
    }
}

internal enum TaskNetwork
{
    None,
    Hosts,
    Open,
}

/// <summary>What makes two steps the same to placement. Labels are joined in order.</summary>
/// <param name="Hosts">How many machines it needs at once: what waits for so many is not to hold up what needs one.</param>
internal readonly record struct NeedsKey(
    Id<User> Owner,
    JobPriority Priority,
    bool Pack,
    TaskRuntime Runtime,
    string? Function,
    double Cpu,
    long MemoryBytes,
    long DiskBytes,
    (int Count, long Memory, string? Name, double Score) Gpu,
    double CpuScore,
    string Labels,
    string? Location,
    TaskIsolation Isolation,
    TaskNetwork Network,
    int Hosts,
    long MaxPrice,
    TrustLevel Trust,
    string? Node)
{
    /// <summary>On the machine itself, and nowhere else.</summary>
    public bool Unsandboxed => Runtime == TaskRuntime.Process && Isolation == TaskIsolation.None;

    public static NeedsKey Of(PoolJob job, StepPlan step)
    {
        var needs = step.Needs;
        var labels = needs.Labels.Count == 0 ? "" : string.Join('\n', needs.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
        return new NeedsKey(
            job.Owner.Id, job.Plan.Priority, job.Plan.Pack, step.Runtime, step.Function, needs.Cpu, needs.MemoryBytes, needs.DiskBytes,
            (needs.Gpu, needs.GpuMemoryBytes, needs.GpuName, needs.GpuScore), needs.CpuScore, labels, needs.Location, needs.Isolation,
            needs.Network.Count == 0 ? TaskNetwork.None : needs.Network.Contains("*") ? TaskNetwork.Open : TaskNetwork.Hosts, step.Gang ? step.Count : 0, needs.MaxPrice, needs.Trust, needs.Node);
    }
}
