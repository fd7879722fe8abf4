using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Schedules;

namespace Muster.Cli.Schedules;

internal sealed class ScheduleListCommand : MusterCommand
{
    private readonly Option<bool> _all = new("--all") { Description = "Also those that are over" };

    public ScheduleListCommand(CommandHost host)
        : base(host, "list", "List your reminders and schedules, what is due next first.\n\nExample:\n  muster schedule list --all") => Add(_all);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var schedules = await hub.Client.Schedules.ListAsync(context.Parse.GetValue(_all), cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, schedules);
        }
        else if (schedules.Count == 0)
        {
            context.Printer.Note("There are none. For example: muster schedule add 10m look at the oven");
        }
        else
        {
            context.Printer.Table(["id", "next", "how", "text", "last", "delivered"], schedules.OrderBy(schedule => schedule.NextAt ?? DateTimeOffset.MaxValue).Select(Row));
        }

        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(ScheduleInfo schedule) =>
    [
        ScheduleCommands.Short(schedule.Id), ScheduleCommands.Next(schedule), ScheduleCommands.Rule(schedule),
        Columns.Cut(ScheduleCommands.What(schedule).ReplaceLineEndings(" "), 50), ScheduleCommands.Last(schedule), ScheduleCommands.Delivered(schedule),
    ];
}
