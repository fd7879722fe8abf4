namespace Muster.Node.Sandbox.Tasks;

public enum SandboxEnd
{
    Exited,
    TimedOut,
    Stopped,
    OutOfMemory,
    OutOfDisk,
    FailedToStart,
    /// <summary>Nobody knows how it would have ended: what ran it went away.</summary>
    Lost,
}

/// <param name="ExitCode">128 and the signal's number, when a signal ended it.</param>
/// <param name="Detail">A sentence for the person, where the end alone does not say it all.</param>
public sealed record SandboxOutcome(SandboxEnd End, int ExitCode, SandboxUsage Usage, string? Detail);

/// <param name="PeakMemoryBytes">With the page cache that the kernel charged to it, so never above the limit.</param>
/// <param name="WallSeconds">Without the time spent frozen.</param>
/// <param name="BytesIn">What came to the task through the egress proxy.</param>
/// <param name="BytesOut">What it sent.</param>
public sealed record SandboxUsage(double CpuSeconds, long PeakMemoryBytes, double WallSeconds, long BytesIn, long BytesOut);
