using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Running;

/// <summary>What the end of a task is to a shell.</summary>
internal static class RunEnding
{
    private const int NotRunnable = 126;
    private const int NotFound = 127;

    /// <returns>The exit code, and a sentence where the program's own code does not say it all.</returns>
    public static (int Code, string? Sentence) Of(JobInfo job, TaskInfo task)
    {
        var attempt = task.History?.LastOrDefault(attempt => attempt.Outcome is not null);
        var why = attempt?.Error ?? task.Reason ?? job.Reason;
        return (task.State, attempt?.Outcome) switch
        {
            ("succeeded", _) => (ExitCode.Ok, null),
            ("expired", _) => (ExitCode.TimedOut, why ?? "It was not done before its deadline."),
            ("cancelled", _) => (ExitCode.Failed, why ?? "It was cancelled."),
            (_, "timed_out") => (ExitCode.TimedOut, why ?? "It took longer than its timeout."),
            // The program's own end needs no words; with words it is something that happened to it.
            (_, "failed") when attempt is { Error: null, ExitCode: > 0 and var own } => (own, null),
            (_, "failed") when attempt is { ExitCode: (NotRunnable or NotFound) and var shell } => (shell, why),
            (_, "out_of_memory" or "out_of_disk") when attempt is { ExitCode: > 0 and var killed } => (killed, why),
            _ => (ExitCode.Broken, why ?? "It failed, and nothing is known of why."),
        };
    }
}
