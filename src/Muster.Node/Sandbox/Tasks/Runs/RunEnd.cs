using Muster.Node.Sandbox.Tasks.Work;
using Muster.Protocol.Jobs;

namespace Muster.Node.Sandbox.Tasks.Runs;

/// <summary>Why an attempt was ended, or what its exit means where nobody ended it.</summary>
/// <param name="Detail">A sentence for the person.</param>
/// <param name="Code">The exit code that it means, where the program had none.</param>
internal sealed record RunEnd(SandboxEnd End, string? Detail, int? Code = null)
{
    // As every shell has it.
    private const int NotFound = 127;
    private const int NotRunnable = 126;
    private const int FileTooLarge = 128 + 25;
    private const string LaunchersOwn = "bwrap: ";

    public static RunEnd TimedOut(TimeSpan limit) => new(SandboxEnd.TimedOut, $"It was stopped after {limit.TotalSeconds:0.###} s, its time limit.");

    public static RunEnd OutOfMemory(SandboxLimits limits) =>
        new(SandboxEnd.OutOfMemory, $"It needed more than the {new ByteSize(limits.MemoryBytes)} of its memory limit. Ask for more `memory`.");

    public static RunEnd OutOfDisk(string reason) => new(SandboxEnd.OutOfDisk, $"{reason} Ask for more `disk`.");

    /// <param name="firstError">How its stderr begins.</param>
    public static RunEnd OfExit(int code, long outOfMemoryKills, string firstError, SandboxLimits limits, WorkPlace place)
    {
        if (outOfMemoryKills > 0)
        {
            return OutOfMemory(limits);
        }

        if (code == 1 && firstError.StartsWith(LaunchersOwn, StringComparison.Ordinal))
        {
            return NotStarted(firstError[LaunchersOwn.Length..].TrimEnd());
        }

        if (code == FileTooLarge)
        {
            return OutOfDisk($"One of its files would have become larger than the {new ByteSize(limits.DiskBytes)} of its disk limit.");
        }

        // What is in memory cannot go past its limit, so a task that met it and got by did nothing wrong.
        return (code != 0 || !place.InMemory) && place.Full() is { } full ? OutOfDisk(full) : new RunEnd(SandboxEnd.Exited, null);
    }

    /// <param name="error">The launcher's words: <c>execvp NAME: REASON</c>, or what it could not prepare.</param>
    private static RunEnd NotStarted(string error)
    {
        const string Start = "execvp ";
        if (!error.StartsWith(Start, StringComparison.Ordinal) || error.LastIndexOf(": ", StringComparison.Ordinal) is not (> 0 and var colon))
        {
            return new RunEnd(SandboxEnd.FailedToStart, $"The command could not be started: {error}.");
        }

        var (program, reason) = (error[Start.Length..colon], error[(colon + 2)..]);
        return reason.StartsWith("No such file", StringComparison.Ordinal)
            ? new RunEnd(SandboxEnd.FailedToStart, $"There is no program \"{program}\" on the machine that was to run it: check its name, or bring it along as an input.", NotFound)
            : new RunEnd(SandboxEnd.FailedToStart, $"\"{program}\" could not be started: {reason}.", NotRunnable);
    }
}
