using System.CommandLine;
using Muster.Cli.Jobs.Logs;
using Muster.Cli.Jobs.Results;
using Muster.Cli.Jobs.Specs;

namespace Muster.Cli.Jobs;

internal static class JobCommand
{
    public static Command Create(CommandHost host) => new("job", """
        Submit jobs to the pool, watch them, and get what came of them.

        Examples:
          muster job submit render.yaml --watch
          muster job list
          muster job why 9f3k2a
          muster job results 9f3k2a -o results
        """)
    {
        new JobSubmitCommand(host),
        new JobListCommand(host),
        new JobShowCommand(host),
        new JobLogsCommand(host),
        new JobWhyCommand(host),
        new JobResultsCommand(host),
        new JobSteerCommand(host),
        new JobCancelCommand(host),
        new JobPauseCommand(host),
        new JobResumeCommand(host),
        new JobRetryCommand(host),
    };
}
