using Muster.Node.Compute.Owner;
using Muster.Protocol.Jobs;

namespace Muster.Node.Compute;

/// <summary>What this machine's owner gives to the pool.</summary>
public sealed record ComputeOptions
{
    private const int LongestLabel = 100;
    private const int MostLabels = 64;

    /// <summary>Whether it takes tasks at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Cores for tasks; all of them when null.</summary>
    public double? Cpus { get; init; }

    /// <summary>Memory for tasks; three quarters of the machine's when null.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Disk for tasks; half of what is free at the start when null.</summary>
    public long? DiskBytes { get; init; }

    /// <summary>Tasks at once, however small they are.</summary>
    public int Slots { get; init; } = 64;

    /// <summary>When new tasks are taken; always when empty. What runs at the end of the hours goes on to its own end.</summary>
    public IReadOnlyList<DayHours> Hours { get; init; } = [];

    /// <summary>Tasks run only while nobody else keeps this machine busy: new ones are not taken and those that run halt meanwhile.</summary>
    public bool OnlyWhenIdle { get; init; }

    /// <summary>Share of all cores that others than the pool may use before the machine counts as in use.</summary>
    public double BusyAbove { get; init; } = 0.25;

    public string Location { get; init; } = "";

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Price of this machine in thousandths of the hub's list; 0: the list's own.</summary>
    public long PriceFactor { get; init; }

    /// <summary>Tasks may reach the hosts that their specs name.</summary>
    public bool Network { get; init; } = true;

    /// <summary>And any public host, for specs that say <c>*</c>.</summary>
    public bool OpenNetwork { get; init; }

    /// <summary>Tasks of this machine's owner that ask for <c>isolation: none</c> run on the machine itself.</summary>
    public bool NoSandbox { get; init; }

    /// <summary><c>compute.engine.socket</c>: the one container engine to use; null looks where Docker and Podman usually listen.</summary>
    public string? EngineSocket { get; init; }

    /// <summary>What this machine cannot give, or the hub would not take, each a sentence that names its key.</summary>
    public IEnumerable<string> Mistakes(int cores, long memory)
    {
        if (Cpus > cores)
        {
            yield return FormattableString.Invariant($"compute.cores is {Cpus}, and this machine has {cores}: give at most that many, or leave it out for all of them.");
        }

        if (Cpus <= 0)
        {
            yield return "compute.cores is 0: give some, or take no tasks at all with compute.enabled: false.";
        }

        if (MemoryBytes > memory)
        {
            yield return $"compute.memory is {new ByteSize(MemoryBytes.Value)}, and this machine has {memory >> 20}MiB: give less, or leave it out for three quarters of it.";
        }

        foreach (var name in Labels.Keys.Where(name => name is "os" or "arch"))
        {
            yield return $"compute.labels.{name} is set, and the hub itself sets {name} from what the machine is: take another name.";
        }

        foreach (var (name, value) in Labels.Where(label => label.Key.Length > LongestLabel || label.Value.Length > LongestLabel))
        {
            yield return $"compute.labels.{name} is too long: names and values have at most {LongestLabel} characters.";
        }

        if (Labels.Count > MostLabels)
        {
            yield return $"compute.labels has {Labels.Count} labels: at most {MostLabels} are taken.";
        }
    }
}
