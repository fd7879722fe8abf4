using System.CommandLine;
using System.Globalization;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal sealed class TaskListCommand : MusterCommand
{
    private const int MostJobs = 50;

    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many, of the newest jobs first", DefaultValueFactory = _ => 20, HelpName = "N" }.AtLeast(1);

    public TaskListCommand(CommandHost host)
        : base(host, "tasks", """
            List the tasks of your newest jobs: what runs, where, since when.

            Examples:
              muster tasks
              muster tasks --json | jq -r 'select(.state=="running").node'
            """) => Add(_limit);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var (tasks, more) = await ReadAsync(hub.Client.Jobs, context.Parse.GetValue(_limit), cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, tasks.ConvertAll(found => found.Task));
            return ExitCode.Ok;
        }

        if (tasks.Count == 0)
        {
            context.Printer.Note("There are no tasks yet. Run something with: muster run -- CMD");
            return ExitCode.Ok;
        }

        context.Printer.Table(["id", "name", "state", "machine", "exit", "age", "took"], tasks.Select(found => Row(found.Job, found.Task, context.Time)));
        if (more)
        {
            context.Printer.Note("There are more: --limit N, or one job's with: muster job show ID");
        }

        return ExitCode.Ok;
    }

    /// <summary>No job may fill the list alone while there are others.</summary>
    private static async Task<(List<(JobInfo Job, TaskInfo Task)> Tasks, bool More)> ReadAsync(JobClient client, int limit, CancellationToken cancellationToken)
    {
        var page = await client.ListAsync(Math.Min(limit, MostJobs), cancellationToken: cancellationToken);
        var tasks = new List<(JobInfo, TaskInfo)>();
        var more = page.Next is not null;
        for (var index = 0; index < page.Items.Count && tasks.Count < limit; index++)
        {
            var job = page.Items[index];
            var share = Math.Max(1, (limit - tasks.Count) / Math.Min(page.Items.Count - index, 4));
            await foreach (var task in TaskPages.ReadAsync(client, job.Id, Math.Min(share, job.Tasks), cancellationToken))
            {
                tasks.Add((job, task));
            }

            more |= job.Tasks > share;
        }

        return (tasks, more);
    }

    private static IReadOnlyList<string> Row(JobInfo job, TaskInfo task, TimeProvider time) =>
    [
        JobText.Short(task.Id),
        Columns.Cut(job.Tasks == 1 ? job.Name : $"{job.Name} {JobText.Place(task, job)}", 40),
        task.State,
        task.Node ?? "",
        task.ExitCode is { } code ? code.ToString(CultureInfo.InvariantCulture) : "",
        When.Ago(job.SubmittedAt, time),
        JobText.Took(task.StartedAt, task.IsOver ? task.EndedAt : null, time),
    ];
}
