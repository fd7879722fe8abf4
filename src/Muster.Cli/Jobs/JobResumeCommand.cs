using System.CommandLine;
using Muster.Cli.Talk;

namespace Muster.Cli.Jobs;

internal sealed class JobResumeCommand : MusterCommand
{
    private readonly Argument<string> _id;
    private readonly Option<decimal?> _more = JobArguments.Credit("--more", "Credits to set aside for it on top of what was");

    public JobResumeCommand(CommandHost host)
        : base(host, "resume", """
            Go on with a job that is paused, by you or because its credits were used up.

            Example:
              muster job resume 9f3k2a --more 10
            """)
    {
        Add(_id = JobArguments.Id(host));
        Add(_more);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var job = await hub.Client.Jobs.GetAsync(context.Parse.GetValue(_id)!, cancellationToken);
        await hub.Client.Jobs.ResumeAsync(job.Id, context.Parse.GetValue(_more), cancellationToken);
        JobChanges.Tell(context, await hub.Client.Jobs.GetAsync(job.Id, cancellationToken));
        return ExitCode.Ok;
    }
}
