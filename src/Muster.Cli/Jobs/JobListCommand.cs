using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal sealed class JobListCommand : MusterCommand
{
    private const int PageSize = 200;

    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 20, HelpName = "N" }.AtLeast(1);
    private readonly Option<bool> _all = new("--all") { Description = "Those of other users too (for admins)" };

    public JobListCommand(CommandHost host)
        : base(host, "list", """
            List your jobs, newest first.

            Examples:
              muster job list
              muster job list --json | jq -r 'select(.state=="failed").id'
            """)
    {
        Add(_limit);
        Add(_all);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var all = context.Parse.GetValue(_all);
        await using var hub = HubConnection.Open(context);
        var jobs = await ReadAsync(hub.Client.Jobs, context.Parse.GetValue(_limit), all, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, jobs);
        }
        else if (jobs.Count == 0)
        {
            context.Printer.Note("There are no jobs yet. Submit one with: muster run -- CMD   or: muster job submit FILE");
        }
        else
        {
            context.Printer.Table(["id", "name", "state", "tasks", "submitted", "cost", .. all ? (string[])["owner"] : []], jobs.Select(job => Row(job, all, context.Time)));
        }

        return ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<JobInfo>> ReadAsync(JobClient client, int limit, bool all, CancellationToken cancellationToken)
    {
        var jobs = new List<JobInfo>();
        string? after = null;
        do
        {
            var page = await client.ListAsync(Math.Min(limit - jobs.Count, PageSize), after, all, cancellationToken);
            jobs.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null && jobs.Count < limit);
        return jobs;
    }

    private static IReadOnlyList<string> Row(JobInfo job, bool all, TimeProvider time) =>
    [
        JobText.Short(job.Id),
        Columns.Cut(job.Name, 40),
        job.State,
        JobText.Done(job.Counts, job.Tasks),
        When.Ago(job.SubmittedAt, time),
        job.Cost is > 0 and { } cost ? JobText.Cpt(cost) : "",
        .. all ? (string[])[job.Owner] : [],
    ];
}
