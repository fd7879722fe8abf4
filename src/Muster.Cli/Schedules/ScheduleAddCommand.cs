using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Cli.Jobs;
using Muster.Client.Schedules;

namespace Muster.Cli.Schedules;

internal sealed class ScheduleAddCommand : MusterCommand
{
    private readonly Argument<string> _when = new Argument<string>("WHEN") { Description = "In words, as one argument: 10m, \"tomorrow at 9\", \"every monday at 9\", \"cron: 0 9 * * 1-5\"" }.NotEmpty();
    private readonly Argument<string[]> _text = new("TEXT") { Description = "What you are told, or the assistant is asked", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _instruction = new("--instruction") { Description = "Ask the assistant to do it, in place of telling you" };
    private readonly Option<string?> _node = new Option<string?>("--node") { Description = "The machine that an instruction is for", HelpName = "NAME" }.NotEmpty();
    private readonly Option<string?> _session = new Option<string?>("--session") { Description = "The coding session that an instruction is for", HelpName = "NAME" }.NotEmpty();
    private readonly Option<string?> _conversation = new Option<string?>("--conversation") { Description = "Where it belongs (default: the one you used last)", HelpName = "ID" }.NotEmpty();
    private readonly Option<string?> _zone = new Option<string?>("--zone") { Description = "Time zone of the times (default: this machine's)", HelpName = "ZONE" }.NotEmpty();
    private readonly Option<decimal?> _max = JobArguments.Credit("--max-cpt", "Most that an instruction may spend on models and jobs, over all its times");
    private readonly Option<int?> _times = new("--times") { Description = "How often at most", HelpName = "N" };

    public ScheduleAddCommand(CommandHost host)
        : base(host, "add", """
            Be reminded, or have the assistant do something, at a time or again and again.

            Examples:
              muster schedule add 10m look at the oven
              muster schedule add "tomorrow at 9" call Bob
              muster schedule add "every monday at 9" --zone Europe/Berlin water the plants
              muster schedule add "every 5 minutes" --times 12 --instruction --node nas "check whether the backup is done"
              muster schedule add "every day at 7" --max-cpt 5 --instruction "sum up the news of the night"
              muster schedule add "cron: 0 9 * * 1-5" stand-up
            """)
    {
        Add(_when);
        Add(_text);
        foreach (var option in (Option[])[_instruction, _node, _session, _conversation, _zone, _times, _max])
        {
            Add(option);
        }
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        MistypedOption.Refuse(context.Parse, _text, "schedule add", "the text");
        await using var hub = HubConnection.Open(context);
        var local = context.Time.LocalTimeZone;
        var made = await hub.Client.Schedules.CreateAsync(
            new ScheduleOptions(string.Join(' ', context.Parse.GetValue(_text)!))
            {
                When = context.Parse.GetValue(_when),
                Kind = context.Parse.GetValue(_instruction) ? "instruction" : "message",
                Node = context.Parse.GetValue(_node),
                Session = context.Parse.GetValue(_session),
                Conversation = context.Parse.GetValue(_conversation),
                Zone = context.Parse.GetValue(_zone) ?? (local.HasIanaId ? local.Id : null),
                MaxRuns = context.Parse.GetValue(_times),
                MaxCpt = context.Parse.GetValue(_max),
            },
            cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, made);
        }
        else
        {
            context.Printer.Verbatim(made.Summary ?? made.Id);
        }

        return ExitCode.Ok;
    }
}
