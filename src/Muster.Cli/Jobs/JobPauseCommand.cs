using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal sealed class JobPauseCommand : MusterCommand
{
    private readonly Argument<string> _id;

    public JobPauseCommand(CommandHost host)
        : base(host, "pause", """
            Hold a job up: what runs is frozen where it is, and nothing new starts.

            Example:
              muster job pause 9f3k2a
            """) => Add(_id = JobArguments.Id(host));

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var job = await hub.Client.Jobs.GetAsync(context.Parse.GetValue(_id)!, cancellationToken);
        if (job.IsOver)
        {
            throw new CliException(JobText.Ending(job, context.Time) + " There is nothing to pause.");
        }

        await hub.Client.Jobs.PauseAsync(job.Id, cancellationToken);
        JobChanges.Tell(context, await hub.Client.Jobs.GetAsync(job.Id, cancellationToken), $" Go on with: muster job resume {JobText.Short(job.Id)}");
        return ExitCode.Ok;
    }
}

internal static class JobChanges
{
    /// <summary>What a job is after a command changed it.</summary>
    public static void Tell(CommandContext context, JobInfo job, string next = "")
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, job);
        }
        else
        {
            context.Printer.Note($"{Ansi.Harmless(job.Name)} {JobText.Is(job.State)}.{next}");
        }
    }
}
