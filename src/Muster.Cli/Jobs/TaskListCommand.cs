using System.CommandLine;
using System.Globalization;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal sealed class TaskListCommand : MusterCommand
{
    private const int AtOnce = 100;

    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many, of the newest jobs first", DefaultValueFactory = _ => 20, HelpName = "N" }.AtLeast(1);
    private readonly Option<string?> _state = new Option<string?>("--state") { Description = "Only those in this state: ready, running, succeeded, failed, …", HelpName = "STATE" }.NotEmpty();

    public TaskListCommand(CommandHost host)
        : base(host, "tasks", """
            List the tasks of your newest jobs: what runs, where, since when.

            Examples:
              muster tasks
              muster tasks --state running --limit 100
              muster tasks --json | jq -r 'select(.state=="failed").reason'
            """)
    {
        Add(_limit);
        Add(_state);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var (tasks, more) = await ReadAsync(hub.Client.Jobs, context.Parse.GetValue(_limit), context.Parse.GetValue(_state), cancellationToken);
        if (context.Json)
        {
            JsonLines.Write<TaskInfo>(context.Surroundings.Out, [.. tasks.Select(found => found.Task)]);
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

    private static async Task<(List<RecentTask> Tasks, bool More)> ReadAsync(JobClient client, int limit, string? state, CancellationToken cancellationToken)
    {
        var tasks = new List<RecentTask>();
        string? next = null;
        do
        {
            var page = await client.RecentTasksAsync(Math.Min(limit - tasks.Count, AtOnce), next, state, cancellationToken);
            tasks.AddRange(page.Items);
            next = page.Next;
        }
        while (next is not null && tasks.Count < limit);
        return (tasks, next is not null);
    }

    private static IReadOnlyList<string> Row(JobInfo job, TaskInfo task, TimeProvider time) =>
    [
        JobText.Short(task.Id),
        Columns.Cut(job.Tasks == 1 ? job.Name : $"{job.Name} {JobText.Place(task, job)}", 40),
        JobText.State(task),
        task.Node ?? "",
        JobText.Exit(task),
        When.Ago(job.SubmittedAt, time),
        JobText.Took(task, time),
    ];
}
