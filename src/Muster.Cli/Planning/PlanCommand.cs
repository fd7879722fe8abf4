using System.CommandLine;
using Muster.Cli.Jobs;
using Muster.Cli.Jobs.Results;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Jobs;
using Muster.Client.Plans;

namespace Muster.Cli.Planning;

internal sealed class PlanCommand : MusterCommand
{
    private const int LongestName = 60;
    private const int Widest = 70;

    private readonly Argument<string[]> _text = new("TEXT") { Description = "What is to be done, as you would ask it", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _run = new("--run") { Description = "Have it done: each step by an agent of its own, side by side where they can, and print what came of them" };

    public PlanCommand(CommandHost host)
        : base(host, "plan", """
            Say how complex a request is, which steps it has, what they need and where they would go. Runs nothing without --run.

            A model of the hub analyses it, where there is one; else its words decide.

            Examples:
              muster plan "download the weather data of 2025, then make a chart of it"
              muster plan "find all invoices on nas and count them" --json
              muster plan --run "measure the temperature on pi and look up the forecast, then compare them"
            """)
    {
        Add(_text);
        Add(_run);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        MistypedOption.Refuse(context.Parse, _text, "plan", "the request");
        var text = string.Join(' ', context.Parse.GetValue(_text)!);
        await using var hub = HubConnection.Open(context);
        var plan = await hub.Client.Plans.AnalyseAsync(text, cancellationToken);
        if (!context.Parse.GetValue(_run))
        {
            Show(context, plan, context.Json);
            return ExitCode.Ok;
        }

        if (!context.Json)
        {
            Show(context, plan, asJson: false);
        }

        var job = await hub.Client.Plans.RunAsync(plan.Subtasks, Columns.Cut(text.ReplaceLineEndings(" "), LongestName), cancellationToken);
        return await WatchAsync(context, hub.Client, job, cancellationToken);
    }

    private static void Show(CommandContext context, PlanInfo plan, bool asJson)
    {
        if (asJson)
        {
            JsonLines.Write(context.Surroundings.Out, plan);
            return;
        }

        context.Printer.Note(Ansi.Harmless($"{plan.Complexity}{(plan.HandleLocally ? ", needs no machine" : "")} (by the {(plan.By == "model" ? "model" : "rules")}): {plan.Reasoning}"));
        context.Printer.Table(["step", "what", "after", "where", "why"], plan.Subtasks.Select(step => (IReadOnlyList<string>)
        [
            Ansi.Harmless(step.Id), Columns.Cut(Ansi.Harmless(step.Description.ReplaceLineEndings(" ")), Widest), Ansi.Harmless(string.Join(", ", step.DependsOn)),
            Ansi.Harmless(step.Node ?? step.Placement), Ansi.Harmless(step.Why),
        ]));
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
            context.Printer.Note($"The steps go on. See: muster job show {id}   End them with: muster job cancel {id}");
            return ExitCode.Interrupted;
        }

        await new ResultView(context, client.Jobs, job).ShowAsync(new ResultChoice(), cancellationToken);
        if (!context.Json && await FirstFailure.FindAsync(client.Jobs, job, cancellationToken) is { } first)
        {
            context.Printer.Note(Ansi.Harmless(first));
        }

        return job.State == "succeeded" ? ExitCode.Ok : ExitCode.Failed;
    }
}
