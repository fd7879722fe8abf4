using System.CommandLine;
using System.Globalization;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal sealed class JobWhyCommand : MusterCommand
{
    private readonly Argument<string> _id;

    public JobWhyCommand(CommandHost host)
        : base(host, "why", "Say why a job or task waits, or why it runs where it runs.\n\nExample:\n  muster job why 9f3k2a") => Add(_id = JobArguments.JobOrTask(host));

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var work = await WorkFinder.FindAsync(hub.Client.Jobs, context.Parse.GetValue(_id)!, cancellationToken);
        var why = await hub.Client.Jobs.WhyAsync(work.Id, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, why);
            return ExitCode.Ok;
        }

        var summary = work is { Index: null, Job: { IsOver: true } job } ? JobText.Ending(job, context.Time, await TaskPages.OnlyAsync(hub.Client.Jobs, job, cancellationToken)) : why.Summary;
        context.Printer.Line(Ansi.Harmless(summary));
        foreach (var detail in why.Details)
        {
            context.Printer.Line(Ansi.Harmless(detail));
        }

        if (why.Nodes.Count > 0)
        {
            context.Printer.Line();
            Verdicts.Show(context, why.Nodes);
        }

        return ExitCode.Ok;
    }
}

/// <summary>What machines have to say to a task.</summary>
internal static class Verdicts
{
    public static void Show(CommandContext context, IReadOnlyList<NodeVerdict> nodes) =>
        context.Printer.Table(["machine", "fits", "because"], nodes.OrderByDescending(Sum).Select(node => (IReadOnlyList<string>)[node.Node, node.Fits ? "yes" : "no", Reason(node)]));

    public static double Sum(NodeVerdict node) => node.Scores?.Values.Sum() ?? double.NegativeInfinity;

    /// <summary>Why not, or the scores of which the largest sum gets the task.</summary>
    public static string Reason(NodeVerdict node) => node.Reason ?? string.Create(CultureInfo.InvariantCulture, $"score {Sum(node):0.###}")
        + (node.Scores is { Count: > 0 } scores
            ? " (" + string.Join(", ", scores.Where(score => score.Value != 0).OrderByDescending(score => score.Value).Select(score => string.Create(CultureInfo.InvariantCulture, $"{score.Key} {score.Value:0.###}"))) + ")"
            : "");
}
