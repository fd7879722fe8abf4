using System.CommandLine;
using Muster.Cli.Jobs.Results;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Jobs;
using Muster.Protocol.Jobs;

namespace Muster.Cli.Jobs.Specs;

internal sealed class JobSubmitCommand : MusterCommand
{
    private readonly Argument<string> _file = JobArguments.Spec();
    private readonly Option<bool> _watch = new("--watch", "-w") { Description = "Wait for its end, and print what came of it" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Submit nothing: say what it would cost and where each step could run" };
    private readonly PackageArguments _package = new();
    private readonly Option<decimal?> _maxCpt = JobArguments.MaxCpt();
    private readonly Option<SpecPriority?> _priority = JobArguments.Priority();
    private readonly Option<string?> _key = new Option<string?>("--idempotency-key", "-i") { Description = "The same key again submits nothing new, within a day", HelpName = "KEY" }.NotEmpty();

    public JobSubmitCommand(CommandHost host)
        : base(host, "submit", """
            Submit a job: a spec as YAML or JSON (docs/jobs.md), or a .zip with a script in it. Prints its id.

            Files that the spec names are looked for beside it, and uploaded. With --watch the exit code is 0 if the job succeeds,
            else 1; Ctrl-C then stops waiting, not the job.

            Examples:
              muster job submit render.yaml --dry-run
              muster job submit render.yaml --watch --max-cpt 25
              muster job submit tool.zip --network pypi.org --network files.pythonhosted.org
              generate | muster job submit - --json | jq -r .id
            """)
    {
        Add(_file);
        Add(_watch);
        Add(_dryRun);
        Add(_maxCpt);
        Add(_priority);
        Add(_key);
        _package.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var spec = await SpecFile.ReadAsync(context, context.Parse.GetValue(_file)!, cancellationToken);
        var package = _package.Read(context.Parse, spec);
        await using var hub = HubConnection.Open(context);
        var jobs = hub.Client.Jobs;
        using var uploads = new UploadProgress(context);
        var how = new SubmitOptions
        {
            MaxCpt = context.Parse.GetValue(_maxCpt), Priority = context.Parse.GetValue(_priority), IdempotencyKey = context.Parse.GetValue(_key), Folder = spec.Folder, Progress = uploads,
        };
        if (context.Parse.GetValue(_dryRun))
        {
            PlanView.Show(context, await spec.PreviewAsync(jobs, package, how, cancellationToken));
            return ExitCode.Ok;
        }

        var job = await spec.SubmitAsync(jobs, package, how, cancellationToken);
        uploads.Dispose();
        if (!context.Parse.GetValue(_watch))
        {
            Tell(context, job);
            return ExitCode.Ok;
        }

        return await WatchAsync(context, hub.Client, job, cancellationToken);
    }

    private static void Tell(CommandContext context, JobInfo job)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, job);
            return;
        }

        context.Printer.Verbatim(job.Id);
        context.Printer.Note($"{Ansi.Harmless(job.Name)} is submitted with {JobText.Count(job.Tasks, "task")}. See: muster job show {JobText.Short(job.Id)}");
    }

    private static async Task<int> WatchAsync(CommandContext context, MusterClient client, JobInfo job, CancellationToken cancellationToken)
    {
        try
        {
            job = await new JobWatch(context, client.Jobs, job).UntilOverAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (context.Interrupts.Happened)
        {
            var id = JobText.Short(job.Id);
            context.Printer.Note($"The job goes on. See: muster job show {id}   End it with: muster job cancel {id}");
            return ExitCode.Interrupted;
        }

        await new ResultView(context, client.Jobs, job).ShowAsync(new ResultChoice(), cancellationToken);
        if (!context.Json)
        {
            context.Printer.Note(Ansi.Harmless(JobText.Ending(job, context.Time, await TaskPages.OnlyAsync(client.Jobs, job, cancellationToken))));
            if (await FirstFailure.FindAsync(client.Jobs, job, cancellationToken) is { } first)
            {
                context.Printer.Note(Ansi.Harmless(first));
            }
        }

        return job.State == "succeeded" ? ExitCode.Ok : ExitCode.Failed;
    }
}
