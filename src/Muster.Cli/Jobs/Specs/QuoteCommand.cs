using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Specs;

internal sealed class QuoteCommand : MusterCommand
{
    private readonly Argument<string> _file = JobArguments.Spec();
    private readonly PackageArguments _package = new();

    public QuoteCommand(CommandHost host)
        : base(host, "quote", """
            Say the most that a job would cost when none of its tasks is tried twice. Submits nothing.

            Example:
              muster quote render.yaml
            """)
    {
        Add(_file);
        _package.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var spec = await SpecFile.ReadAsync(context, context.Parse.GetValue(_file)!, cancellationToken);
        await using var hub = HubConnection.Open(context);
        var preview = await spec.PreviewAsync(hub.Client.Jobs, _package.Read(context.Parse, spec), new SubmitOptions { Folder = spec.Folder }, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, new QuoteLine(preview.Quote ?? 0, preview.Tasks ?? 0));
        }
        else
        {
            context.Printer.Line(PlanView.Price(preview));
        }

        return ExitCode.Ok;
    }
}
