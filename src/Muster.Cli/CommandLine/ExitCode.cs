namespace Muster.Cli;

/// <summary>What the process returns; documented in docs/cli.md.</summary>
public static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NoHub = 3;
    public const int NotAllowed = 4;
    public const int NotFound = 5;
    public const int TimedOut = 124;

    /// <summary>Muster's own failure in <c>run</c>, where all else is the command's.</summary>
    public const int Broken = 125;
    public const int Interrupted = 130;
}
