namespace Muster.Node.Compute;

/// <summary>What this machine's owner gives to the pool.</summary>
public sealed record ComputeOptions
{
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

    public string Location { get; init; } = "";

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Price of this machine in thousandths of the hub's list; 0: the list's own.</summary>
    public long PriceFactor { get; init; }

    /// <summary>Tasks may reach the hosts that their specs name.</summary>
    public bool Network { get; init; } = true;

    /// <summary>And any public host, for specs that say <c>*</c>.</summary>
    public bool OpenNetwork { get; init; }

    /// <summary><c>compute.engine.socket</c>: the one container engine to use; null looks where Docker and Podman usually listen.</summary>
    public string? EngineSocket { get; init; }
}
