namespace Muster.Node.Sandbox;

/// <param name="Timeout">Then TERM to the whole tree, and KILL to what is left after <paramref name="Grace"/>.</param>
/// <param name="StdoutChars">Characters that are kept; the middle goes first.</param>
internal sealed record ProcessLimits(TimeSpan Timeout, TimeSpan Grace, int StdoutChars, int StderrChars);

internal enum ProcessEnd
{
    Exited,
    TimedOut,
    Aborted,
}

/// <param name="ExitCode">128 and the signal's number, when a signal ended it.</param>
/// <param name="Killed">Processes that had to be ended with it or after it.</param>
internal sealed record ProcessOutcome(ProcessEnd End, int ExitCode, int Killed, OutputBuffer Stdout, OutputBuffer Stderr);
