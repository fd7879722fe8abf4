namespace Muster.Client.Machines;

/// <summary>One machine. <see cref="Status"/> is <c>online</c>, <c>busy</c> or <c>offline</c>.</summary>
public sealed record NodeInfo
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    public required string Status { get; init; }
    public DateTimeOffset? LastSeen { get; init; }
    public DateTimeOffset? ConnectedAt { get; init; }
    public string? Os { get; init; }
    public string? Architecture { get; init; }
    public int Cores { get; init; }
    public ulong MemoryBytes { get; init; }
    public double Load { get; init; }
    public ulong MemoryFreeBytes { get; init; }
    public string? Version { get; init; }
    public IReadOnlyList<string> Capabilities { get; init; } = [];
    public string? Isolation { get; init; }
    public string? Model { get; init; }
    public string? WorkingDir { get; init; }
    public int Sessions { get; init; }

    /// <summary>The coding sessions on it that are the asking user's; <see cref="Sessions"/> counts those of all.</summary>
    public IReadOnlyList<CodingSession> CodingSessions { get; init; } = [];
    public int Runs { get; init; }
    public string? Owner { get; init; }
    public string? Dialect { get; init; }

    /// <summary>The asking user's next new conversation starts with this machine.</summary>
    public bool Active { get; init; }

    /// <summary>What the asking user may do: <c>ask</c>, <c>run</c> (tasks) and <c>manage</c>.</summary>
    public IReadOnlyList<string> May { get; init; } = [];

    /// <summary>Whether the pool gives it tasks: <c>open</c>, <c>cordoned</c> or <c>draining</c>.</summary>
    public string Gate { get; init; } = "open";

    /// <summary>What it measured in the last seconds; null while it is offline.</summary>
    public NodeReadings? Readings { get; init; }
}

/// <param name="Project">The folder that it works in.</param>
/// <param name="Agent">Name of its coding agent.</param>
public sealed record CodingSession(string Id, string Project, string Agent, bool Busy);

/// <summary>Shares are 0 to 1, network speeds bytes per second, the temperature Celsius of the hottest sensor.</summary>
public sealed record NodeReadings(
    double Cpu, ulong MemoryUsedBytes, ulong MemoryTotalBytes, ulong DiskUsedBytes, ulong DiskTotalBytes, double? Temperature, double NetworkIn, double NetworkOut, GpuReadings? Gpu);

/// <summary>GPUs of a machine: the name of the first, the busiest one's share, and the memory of all.</summary>
public sealed record GpuReadings(string Name, int Count, double Busy, ulong MemoryUsedBytes, ulong MemoryTotalBytes);

/// <summary>A machine's part in the pool: whether it gets tasks (<c>open</c>, <c>cordoned</c>, <c>draining</c>), what it gives, how fast the hub found it, and how far its results are trusted.</summary>
/// <param name="Closed">Why it takes no new task now; null: it does.</param>
/// <param name="Running">Tasks that it holds.</param>
public sealed record NodePool(
    string Node, string Name, string Gate, string? Closed, int Running, string Trust, int Streak, string Why, double CpuScore, DateTimeOffset? MeasuredAt, NodeOffer Offer);

/// <param name="Price">So many times the hub's list.</param>
/// <param name="NoSandbox">Its owner's tasks of isolation none run on the machine itself.</param>
public sealed record NodeOffer(
    int Slots, double Cpus, long MemoryBytes, long DiskBytes, int Gpus, string Location, double Price, IReadOnlyDictionary<string, string> Labels, bool NoSandbox = false);

internal sealed record GateRequest(string Gate);

internal sealed record TrustRequest(string Level);

/// <summary>Names of users who may ask a machine, run tasks on it, and manage it; its owner is not among them and may do everything.</summary>
public sealed record NodePermissions(string Node, string Owner, IReadOnlyList<string> Ask, IReadOnlyList<string> Run, IReadOnlyList<string> Manage);

internal sealed record PermissionsRequest(IReadOnlyList<string>? Ask, IReadOnlyList<string>? Run, IReadOnlyList<string>? Manage);

internal sealed record NamePatch(string Name);

internal sealed record EnrolmentRequest(string? Name);

/// <param name="Command">What to type on the other machine.</param>
public sealed record Enrolment(string Token, DateTimeOffset ExpiresAt, string Command);

internal sealed record EnrolRequest(string Secret, string PublicKey, string Name, string MachineId);

/// <summary>What a machine keeps after it enrolled.</summary>
public sealed record EnrolAnswer(string NodeId, string Name, string Credential);
