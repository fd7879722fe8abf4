using Muster.Protocol.Ids;

namespace Muster.Hub.Jobs.Pool;

/// <summary>A node as the pool counts with it.</summary>
internal sealed class PoolNode(Id<Node> id)
{
    public Id<Node> Id => id;

    public NodeTerms Terms { get; set; } = NodeTerms.None;

    public bool Online { get; set; }

    /// <summary>Its lease ran out while its connection stayed.</summary>
    public bool Expired { get; set; }

    /// <summary>Its attempts are lost when nothing was heard of it until then.</summary>
    public long LeaseUntil { get; set; }

    public HashSet<PoolAttempt> Attempts { get; } = [];

    public double CpusUsed { get; set; }

    public long MemoryUsed { get; set; }

    public long DiskUsed { get; set; }

    public int GpusUsed { get; set; }

    /// <summary>Attempts that take room.</summary>
    public int SlotsUsed { get; set; }

    /// <summary>Verified results in a row.</summary>
    public int Streak { get; set; }

    public TrustLevel Trust { get; set; } = TrustLevel.New;

    public bool TrustDirty { get; set; }

    /// <summary>Position in the list of nodes with room; -1: not in it.</summary>
    public int FreeAt { get; set; } = -1;

    /// <summary>Which classes of needs it can meet when it is empty, by number of the class; forgotten when its terms change.</summary>
    public Dictionary<int, bool> Meets { get; } = [];

    /// <summary>Inputs that it has, by the first 16 bytes of their hash.</summary>
    public HashSet<UInt128> Data { get; } = [];

    public bool HasRoom => Online && Terms.Closed is null && SlotsUsed < Terms.Slots;

    public bool Fits(NeedsPlan needs) => FitsBesides(needs, leaving: 0);

    /// <summary>Whether one more can wait there for its turn, which comes soon: by then the next lease would come too late.</summary>
    public bool FitsAhead(NeedsPlan needs) => Terms.KeepsReady && Fits(needs, leaving: 0, times: 2);

    /// <param name="leaving">Attempts that would be over by then.</param>
    public bool FitsBesides(NeedsPlan needs, int leaving) => Fits(needs, leaving, times: 1);

    private bool Fits(NeedsPlan needs, int leaving, int times) =>
        SlotsUsed - leaving < Terms.Slots
        && (Terms.FunctionsOnly
            || (CpusUsed + needs.Cpu <= (Terms.Cpus * times) + 1e-9
                && MemoryUsed + needs.MemoryBytes <= Terms.MemoryBytes * times
                && DiskUsed + needs.DiskBytes <= Terms.DiskBytes
                && GpusUsed + needs.Gpu <= Terms.Gpus));
}

/// <summary>What a node offers and who may use it: everything about it that changes seldom.</summary>
public sealed record NodeTerms
{
    public static readonly NodeTerms None = new();

    public string Name { get; init; } = "";

    public Id<User> Owner { get; init; }

    /// <summary>Who may run tasks here, besides the owner; null: everyone.</summary>
    public IReadOnlySet<Id<User>>? Users { get; init; }

    /// <summary>Its agents have a model, and not the built-in rules alone.</summary>
    public bool HasModel { get; init; } = true;

    public int Slots { get; init; }

    public double Cpus { get; init; }

    public long MemoryBytes { get; init; }

    public long DiskBytes { get; init; }

    public int Gpus { get; init; }

    public string GpuName { get; init; } = "";

    public long GpuMemoryBytes { get; init; }

    public IReadOnlySet<TaskRuntime> Runtimes { get; init; } = new HashSet<TaskRuntime>();

    public TaskIsolation Isolation { get; init; }

    /// <summary>Its owner's tasks of isolation none run on the machine itself; <see cref="Isolation"/> says nothing about them.</summary>
    public bool NoSandbox { get; init; }

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public string Location { get; init; } = "";

    public IReadOnlySet<string> Functions { get; init; } = new HashSet<string>();

    public double CpuScore { get; init; }

    public double GpuScore { get; init; }

    /// <summary>In thousandths of the price list; 0: the list's own price.</summary>
    public long PriceFactor { get; init; }

    /// <summary>Tasks may be given the hosts that they name.</summary>
    public bool Network { get; init; }

    /// <summary>And any public host.</summary>
    public bool OpenNetwork { get; init; }

    /// <summary>Busy share of the machine, 0 to 1.</summary>
    public double Load { get; init; }

    /// <summary>Why it takes nothing now: drained, cordoned, out of hours; null: open.</summary>
    public string? Closed { get; init; }

    /// <summary>It keeps attempts waiting that do not fit yet, and never runs more than fits.</summary>
    public bool KeepsReady { get; init; }

    /// <summary>A program of its owner's that only serves functions; its slots are its only limit.</summary>
    public bool FunctionsOnly { get; init; }

    /// <summary>What it costs in thousandths of the list.</summary>
    public long Price => PriceFactor == 0 ? 1000 : PriceFactor;
}
