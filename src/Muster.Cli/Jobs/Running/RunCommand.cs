using System.CommandLine;
using Muster.Cli.Jobs.Specs;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Running;

internal sealed class RunCommand : MusterCommand
{
    private readonly RunOptions _options = new();
    private readonly Option<bool> _detach = new("--detach", "-d") { Description = "Print the job's id and do not wait" };
    private readonly Option<bool> _noWait = new("--no-wait") { Description = "Fail when no machine can take it now (exit code 125)" };

    public RunCommand(CommandHost host)
        : base(host, "run", """
            Run one command on a machine of the pool, in a sandbox, and see what it prints as if it ran here.

            The exit code is the command's own; 124 when its time was over, 125 when Muster could not run it, 130 after Ctrl-C,
            which ends the command. It has no network but the hosts that are named, and no files but its inputs; standard input is not
            passed on. What follows the program is the program's.

            Examples:
              muster run uname -a
              muster run --cpu 4 --memory 2GiB --node nas -- make -j4
              muster run --input data.csv --input plot.py --output out.png -- python3 plot.py
              muster run --image python:3.12-slim --network pypi.org -- pip download requests
              muster run --detach --timeout 2h -- ./long.sh
            """)
    {
        _options.AddTo(this);
        Add(_detach);
        Add(_noWait);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var spec = _options.Spec(context.Parse);
        await using var hub = HubConnection.Open(context);
        var job = await SubmitAsync(context, hub.Client.Jobs, spec, cancellationToken);
        if (context.Parse.GetValue(_detach))
        {
            Tell(context, job);
            return ExitCode.Ok;
        }

        try
        {
            using var session = new RunSession(context, hub.Client.Jobs, job);
            return await session.RunAsync(context.Parse.GetValue(_noWait), cancellationToken);
        }
        catch (MusterException failure)
        {
            throw new CliException($"{failure.Message.TrimEnd('.')}. What became of it: muster job show {JobText.Short(job.Id)}", ExitCode.Broken);
        }
    }

    /// <summary>An interrupt must not leave a job behind of which nobody knows: what is being submitted is, and cancelled then.</summary>
    private async Task<JobInfo> SubmitAsync(CommandContext context, JobClient jobs, Muster.Protocol.Jobs.JobSpec spec, CancellationToken cancellationToken)
    {
        using var uploads = new UploadProgress(context);
        using var late = new CancellationTokenSource();
        await using var soon = cancellationToken.Register(() => late.CancelAfter(TimeSpan.FromSeconds(3)));
        var file = new SpecFile("the command line", spec, context.Surroundings.Directory);
        return await file.AskAsync(() => jobs.SubmitAsync(spec, _options.How(context.Parse, file.Folder, uploads), late.Token));
    }

    private static void Tell(CommandContext context, JobInfo job)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, job);
            return;
        }

        context.Printer.Verbatim(job.Id);
        context.Printer.Note($"See: muster job logs -f {JobText.Short(job.Id)}   End it with: muster job cancel {JobText.Short(job.Id)}");
    }
}
