using System.CommandLine;
using Muster.Cli.Talk;

namespace Muster.Cli.Jobs.Results;

internal sealed class JobResultsCommand : MusterCommand
{
    private readonly Argument<string> _id;
    private readonly Option<string?> _folder = new Option<string?>("--output", "-o") { Description = "Save the files that tasks left in this folder", HelpName = "DIR" }.NotEmpty();
    private readonly Option<bool> _failed = new("--failed") { Description = "Only tasks that did not succeed" };
    private readonly Option<int?> _limit = new("--limit") { Description = "How many tasks (default: all; 50 on a terminal)", HelpName = "N" };

    public JobResultsCommand(CommandHost host)
        : base(host, "results", """
            Show what came of a job's tasks: what functions and agents gave, which files programs left, why some failed.

            Examples:
              muster job results 9f3k2a --failed
              muster job results 9f3k2a -o frames
              muster job results 9f3k2a --json | jq .result
            """)
    {
        _limit.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, System.Globalization.CultureInfo.InvariantCulture, out var count) || count < 1))
            {
                result.AddError($"--limit is \"{token.Value}\"; it must be a whole number from 1 on.");
            }
        });
        Add(_id = JobArguments.Id(host));
        Add(_folder);
        Add(_failed);
        Add(_limit);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var job = await hub.Client.Jobs.GetAsync(context.Parse.GetValue(_id)!, cancellationToken);
        var folder = context.Parse.GetValue(_folder) is { } named ? Path.GetFullPath(named, context.Surroundings.Directory) : null;
        await new ResultView(context, hub.Client.Jobs, job).ShowAsync(new ResultChoice(context.Parse.GetValue(_failed), context.Parse.GetValue(_limit), folder), cancellationToken);
        if (!job.IsOver && !context.Json)
        {
            context.Printer.Note($"{job.Name} is {job.State}: {JobText.Count(job.Counts.Over, "task")} of {job.Tasks} {(job.Counts.Over == 1 ? "is" : "are")} over.");
        }

        return ExitCode.Ok;
    }
}
