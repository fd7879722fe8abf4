using System.CommandLine;
using System.Globalization;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal sealed class JobShowCommand : MusterCommand
{
    private readonly Argument<string> _id;
    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many tasks", DefaultValueFactory = _ => 20, HelpName = "N" }.AtLeast(1);

    public JobShowCommand(CommandHost host)
        : base(host, "show", """
            Show a job with its steps and tasks, or one task with its attempts.

            Examples:
              muster job show 9f3k2a
              muster job show 9f3k2a --json | jq .counts
            """)
    {
        Add(_id = JobArguments.JobOrTask(host));
        Add(_limit);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var jobs = hub.Client.Jobs;
        var work = await WorkFinder.FindAsync(jobs, context.Parse.GetValue(_id)!, cancellationToken);
        if (work.Index is { } index)
        {
            var task = (await jobs.TasksAsync(work.Job.Id, index, 1, cancellationToken)).Items[0];
            ShowTask(context, work.Job, task);
        }
        else if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, work.Job);
        }
        else
        {
            var limit = Math.Min(context.Parse.GetValue(_limit), work.Job.Tasks);
            var tasks = await TaskPages.ReadAsync(jobs, work.Job.Id, limit, cancellationToken).ToListAsync(cancellationToken);
            ShowJob(context, work.Job, work.Job.Tasks == 1 ? tasks[0] : null);
            ShowTasks(context, work.Job, tasks);
        }

        return ExitCode.Ok;
    }

    private static void ShowJob(CommandContext context, JobInfo job, TaskInfo? only)
    {
        context.Printer.Table(["", ""], Facts(job, only, context.Time));
        if (job.Steps is { Count: > 1 } steps)
        {
            context.Printer.Line();
            context.Printer.Table(
                ["step", "runtime", "done", "running", "waiting", "after"],
                steps.Select(step => (IReadOnlyList<string>)
                [
                    step.Id, step.Runtime, JobText.Done(step.Counts, step.Tasks), Number(step.Counts.Running), Number(step.Counts.Waiting), string.Join(", ", step.After),
                ]));
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Facts(JobInfo job, TaskInfo? only, TimeProvider time)
    {
        yield return ["job", job.Id];
        yield return ["name", job.Name];
        yield return ["state", job.State + (job.Reason is { Length: > 0 } reason ? $": {reason}" : "")];
        yield return ["tasks", JobText.Done(job.Counts, job.Tasks) + (job.Counts.Running > 0 ? $", {job.Counts.Running} running" : "")];
        yield return ["submitted", $"{job.SubmittedAt.ToLocalTime():yyyy-MM-dd HH:mm:ss} by {job.Owner}, priority {job.Priority}"];
        if (job.StartedAt is not null)
        {
            yield return [job.IsOver ? "took" : "runs for", JobText.Took(job, only, time)];
        }

        if (job.Cost is > 0 || job.Hold is > 0)
        {
            yield return ["cost", JobText.Cpt(job.Cost ?? 0) + (job.Hold is > 0 and { } hold ? $" of {JobText.Cpt(hold)} set aside" : "")];
        }
    }

    private static void ShowTasks(CommandContext context, JobInfo job, List<TaskInfo> tasks)
    {
        context.Printer.Line();
        context.Printer.Table(["task", "", "state", "machine", "exit", "took", "reason"], tasks.Select(task => (IReadOnlyList<string>)
        [
            JobText.Short(task.Id), JobText.Place(task, job), JobText.State(task), task.Node ?? "", JobText.Exit(task),
            JobText.Took(task, context.Time), task.Reason ?? "",
        ]));
        if (job.Tasks > tasks.Count)
        {
            context.Printer.Note($"And {JobText.Count(job.Tasks - tasks.Count, "more task")}: --limit N shows them, and muster job results {JobText.Short(job.Id)} --failed those that failed.");
        }
    }

    private static void ShowTask(CommandContext context, JobInfo job, TaskInfo task)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, task);
            return;
        }

        context.Printer.Table(["", ""],
        [
            ["task", task.Id],
            ["of", $"{job.Name} ({JobText.Short(job.Id)}), {JobText.Place(task, job)}"],
            ["state", JobText.State(task) + (task.Reason is { Length: > 0 } reason ? $": {reason}" : "")],
        ]);
        if (task.Said is { Count: > 0 } said)
        {
            context.Printer.Line();
            context.Printer.Table(["said", "by", "heard", ""], said.Select(one => (IReadOnlyList<string>)
            [
                one.At.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture), one.By, one.Heard switch { true => "yes", false => "no", null => "" }, one.Text,
            ]));
        }

        if (task.History is not { Count: > 0 } attempts)
        {
            context.Printer.Note($"It has not run yet. Why: muster job why {JobText.Short(task.Id)}");
            return;
        }

        if (task.Evidence is { Count: > 0 } evidence)
        {
            context.Printer.Line();
            context.Printer.Table(["evidence", "of", "passed", "exit or HTTP"], evidence.Select(piece => (IReadOnlyList<string>)
            [
                piece.Kind, piece.Subject, piece.Passed ? "yes" : "no", (piece.ExitCode ?? piece.HttpStatus) is { } code ? Number(code) : "",
            ]));
        }

        context.Printer.Line();
        context.Printer.Table(["attempt", "machine", "state", "exit", "took", "CPU", "memory", "outputs", "error"], attempts.Select(attempt => (IReadOnlyList<string>)
        [
            Number(attempt.Number), attempt.Node, attempt.Outcome ?? attempt.State, JobText.Exit(attempt),
            JobText.Took(attempt.StartedAt, attempt.EndedAt, context.Time), attempt.Usage is { } use ? use.CpuSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s" : "",
            attempt.Usage is { PeakMemoryBytes: > 0 } peak ? JobText.Bytes(peak.PeakMemoryBytes) : "", Number(attempt.Outputs.Count), attempt.Error ?? "",
        ]));
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
