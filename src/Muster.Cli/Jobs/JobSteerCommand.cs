using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Jobs;

namespace Muster.Cli.Jobs;

internal sealed class JobSteerCommand : MusterCommand
{
    private readonly Argument<string> _id;
    private readonly Argument<string[]> _text = new("TEXT") { Description = "What it is to do otherwise", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _interrupt = new("--interrupt") { Description = "Break off what it is doing, running tools too" };

    public JobSteerCommand(CommandHost host)
        : base(host, "steer", """
            Say something to the agents of a job while they work, or to the agent of one task. It is heard before the next
            call of the model; what has not begun hears it at its beginning.

            Examples:
              muster job steer 9f3k2a "leave the videos out"
              muster job steer 9f3k2a --interrupt "not that folder: photos"
            """)
    {
        Add(_id = JobArguments.JobOrTask(host));
        Add(_text);
        Add(_interrupt);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        MistypedOption.Refuse(context.Parse, _text, "job steer", "what is said");
        await using var hub = HubConnection.Open(context);
        var work = await WorkFinder.FindAsync(hub.Client.Jobs, context.Parse.GetValue(_id)!, cancellationToken);
        var steered = await hub.Client.Jobs.SteerAsync(work.Id, string.Join(' ', context.Parse.GetValue(_text)!), context.Parse.GetValue(_interrupt), cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, steered);
            return ExitCode.Ok;
        }

        foreach (var task in steered.Tasks)
        {
            var place = JobText.Place(task.Step, task.Index, work.Job);
            context.Printer.Note(task.Reason is { } reason ? $"{place} cannot hear it: {reason}" : task.Node is { } node ? $"Told {place} on {node}. When it hears it: muster job logs {JobText.Short(task.Id)} --follow" : $"{place} hears it when it begins.");
        }

        return ExitCode.Ok;
    }
}
