namespace Muster.Hub.Jobs.Pool.Rules;

/// <summary>Why an attempt failed, as a sentence.</summary>
internal static class Reasons
{
    public static string Of(AttemptEnd end) => end switch
    {
        { Error.Length: > 0 } => end.Error,
        { Outcome: AttemptOutcome.TimedOut } => "It took longer than its timeout.",
        { Outcome: AttemptOutcome.OutOfMemory } => "It needed more memory than it asked for (needs.memory).",
        { Outcome: AttemptOutcome.OutOfDisk } => "It wrote more than it asked for (needs.disk).",
        { ExitCode: not 0 } => $"It ended with exit code {end.ExitCode}.",
        _ => "It failed.",
    };
}
