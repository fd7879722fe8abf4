using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;

namespace Muster.Cli.Jobs;

internal sealed class JobCancelCommand : MusterCommand
{
    private readonly Argument<string> _id;
    private readonly Option<string?> _reason = new("--reason") { Description = "One sentence that others see", HelpName = "TEXT" };

    public JobCancelCommand(CommandHost host)
        : base(host, "cancel", """
            End a job, or one task of it; what runs is stopped. What was used up to then is paid.

            Example:
              muster job cancel 9f3k2a
            """)
    {
        Add(_id = JobArguments.JobOrTask(host));
        Add(_reason);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var work = await WorkFinder.FindAsync(hub.Client.Jobs, context.Parse.GetValue(_id)!, cancellationToken);
        if (work is { Index: null, Job.IsOver: true })
        {
            throw new CliException(JobText.Ending(work.Job, context.Time) + " There is nothing to cancel.");
        }

        await hub.Client.Jobs.CancelAsync(work.Id, context.Parse.GetValue(_reason), cancellationToken);
        var now = await hub.Client.Jobs.GetAsync(work.Job.Id, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, now);
        }
        else
        {
            context.Printer.Note(work.Index is null ? $"{now.Name} {JobText.Is(now.State)}." : $"The task is cancelled; {now.Name} {JobText.Is(now.State)}.");
        }

        return ExitCode.Ok;
    }
}
