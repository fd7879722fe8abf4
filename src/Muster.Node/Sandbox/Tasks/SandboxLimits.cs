namespace Muster.Node.Sandbox.Tasks;

/// <summary>What an attempt may use at the most. All of it is enforced by every level but <see cref="IsolationLevel.None"/>, which says what it cannot.</summary>
public sealed record SandboxLimits
{
    /// <summary>Processors, in parts too: 0.5 is half of one.</summary>
    public required double Cpus { get; init; }

    /// <summary>Its processes, its share of the page cache, and its files in memory.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>The work folder. Each entry counts for 4 KiB at the least, so that empty files are not free.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>Processes and threads.</summary>
    public int Pids { get; init; } = 256;

    /// <summary>By the monotonic clock, without the time spent frozen.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>From TERM to KILL.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    public int OpenFiles { get; init; } = 1024;
}
