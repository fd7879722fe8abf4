using System.Globalization;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs.Specs;

/// <summary>What submitting would do.</summary>
internal static class PlanView
{
    private const int MostNodes = 20;

    public static void Show(CommandContext context, JobPreview preview)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, preview);
            return;
        }

        if (preview.Steps is { } steps)
        {
            context.Printer.Table(["step", "tasks", "machine", "fits", "because"], steps.SelectMany(Rows));
            context.Printer.Line();
        }

        context.Printer.Line(Price(preview));
        if (preview.MissingFiles.Count > 0)
        {
            context.Printer.Line($"{JobText.Count(preview.MissingFiles.Count, "file")} would be uploaded: {Ansi.Harmless(string.Join(", ", preview.MissingFiles.Take(5)))}{(preview.MissingFiles.Count > 5 ? ", …" : "")}");
        }

        foreach (var step in (preview.Steps ?? []).Where(step => step.Problem is not null || !step.Nodes.Any(node => node.Fits)))
        {
            context.Printer.Warning($"{step.Step} would wait: {step.Problem ?? "no machine can take it now."}");
        }
    }

    public static string Price(JobPreview preview)
    {
        var tasks = JobText.Count(preview.Tasks ?? 0, "task");
        return preview.Quote is > 0 and { } quote ? $"{tasks}: at most {JobText.Cpt(quote)}, when none is tried twice." : $"{tasks}, free of charge.";
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(StepPreview step)
    {
        var nodes = step.Nodes.OrderByDescending(Verdicts.Sum).ThenBy(node => node.Node, StringComparer.Ordinal).ToList();
        IReadOnlyList<string> name = [step.Step, step.Tasks.ToString(CultureInfo.InvariantCulture)];
        if (nodes.Count == 0)
        {
            yield return [.. name, "", "no", "there are no machines"];
        }

        foreach (var (index, node) in nodes.Take(MostNodes).Index())
        {
            IReadOnlyList<string> first = index == 0 ? name : ["", ""];
            yield return [.. first, node.Node, node.Fits ? "yes" : "no", Verdicts.Reason(node)];
        }

        if (nodes.Count > MostNodes)
        {
            yield return ["", "", $"and {nodes.Count - MostNodes} more", "", ""];
        }
    }
}
