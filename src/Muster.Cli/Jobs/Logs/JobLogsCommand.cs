using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Logs;

internal sealed class JobLogsCommand : MusterCommand
{
    /// <summary>What a running attempt printed so far comes at once; then it is silent.</summary>
    private static readonly TimeSpan _quiet = TimeSpan.FromMilliseconds(700);

    private readonly Argument<string> _id;
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on until the task is over; Ctrl-C stops reading, not the task" };

    public JobLogsCommand(CommandHost host)
        : base(host, "logs", """
            Print what a task has printed; of a job with several tasks, one task after the other.

            On a terminal colours pass and other control sequences do not; in a pipe every byte is as it was printed.

            Examples:
              muster job logs 9f3k2a
              muster job logs -f k2m8qw
            """)
    {
        Add(_id = JobArguments.JobOrTask(host));
        Add(_follow);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var jobs = hub.Client.Jobs;
        var work = await WorkFinder.FindAsync(jobs, context.Parse.GetValue(_id)!, cancellationToken);
        if (work.Index is null && work.Job.Tasks > 1)
        {
            await AllAsync(context, jobs, work.Job, cancellationToken);
            return ExitCode.Ok;
        }

        var task = (await jobs.TasksAsync(work.Job.Id, work.Index ?? 0, 1, cancellationToken)).Items[0];
        if (!await PrintAsync(context, jobs, task, context.Parse.GetValue(_follow), cancellationToken) && !context.Json)
        {
            context.Printer.Note(task.Attempts == 0 ? $"It has not run yet. Why: muster job why {JobText.Short(work.Id)}" : "It has printed nothing.");
        }

        return ExitCode.Ok;
    }

    private async Task AllAsync(CommandContext context, JobClient jobs, JobInfo job, CancellationToken cancellationToken)
    {
        if (context.Parse.GetValue(_follow))
        {
            throw new CliException($"{job.Name} has {job.Tasks} tasks: name the one to follow. See: muster job show {JobText.Short(job.Id)}", ExitCode.Usage);
        }

        await foreach (var task in TaskPages.ReadAsync(jobs, job.Id, job.Tasks, cancellationToken))
        {
            if (task.Attempts > 0)
            {
                if (!context.Json)
                {
                    context.Printer.Note($"── {JobText.Place(task, job)} ({JobText.Short(task.Id)}) on {Ansi.Harmless(task.Node ?? "")}: {task.State} ──");
                }

                await PrintAsync(context, jobs, task, false, cancellationToken);
            }
        }
    }

    /// <returns>Whether there was anything.</returns>
    private static async Task<bool> PrintAsync(CommandContext context, JobClient jobs, TaskInfo task, bool follow, CancellationToken cancellationToken)
    {
        var printer = new LogPrinter(context, task.Id);
        var any = false;
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var timer = context.Time.CreateTimer(_ => quiet.Cancel(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var snapshot = !follow && task is { IsOver: false, Attempts: > 0 };
        try
        {
            timer.Change(snapshot ? _quiet : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            await foreach (var chunk in jobs.LogsAsync(task.Id, follow || snapshot, quiet.Token))
            {
                timer.Change(snapshot ? _quiet : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                printer.Print(chunk);
                any = true;
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // all that is there was printed
        }
        finally
        {
            printer.End();
        }

        return any;
    }
}
