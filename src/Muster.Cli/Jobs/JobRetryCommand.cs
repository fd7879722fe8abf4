using System.CommandLine;
using Muster.Cli.Talk;

namespace Muster.Cli.Jobs;

internal sealed class JobRetryCommand : MusterCommand
{
    private readonly Argument<string> _id;

    public JobRetryCommand(CommandHost host)
        : base(host, "retry", """
            Run again what did not succeed of a job that is over; what succeeded stays.

            Example:
              muster job retry 9f3k2a
            """) => Add(_id = JobArguments.Id(host));

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var job = await hub.Client.Jobs.RetryAsync(context.Parse.GetValue(_id)!, cancellationToken);
        JobChanges.Tell(context, job, $" Watch it with: muster job show {JobText.Short(job.Id)}");
        return ExitCode.Ok;
    }
}
