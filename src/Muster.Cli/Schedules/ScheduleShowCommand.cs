using System.CommandLine;
using System.Globalization;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Schedules;

namespace Muster.Cli.Schedules;

internal sealed class ScheduleShowCommand : MusterCommand
{
    private readonly Argument<string> _id = ScheduleCommands.Id();

    public ScheduleShowCommand(CommandHost host)
        : base(host, "show", "Show one schedule.\n\nExample:\n  muster schedule show 9f3k2a") => Add(_id);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var schedule = await hub.Client.Schedules.GetAsync(context.Parse.GetValue(_id)!, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, schedule);
        }
        else
        {
            context.Printer.Table(["", ""], Rows(schedule));
        }

        return ExitCode.Ok;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(ScheduleInfo schedule) =>
    [
        ["id", schedule.Id], ["state", schedule.State], [schedule.Kind, schedule.Text], ["machine", schedule.Node ?? ""], ["session", schedule.Session ?? ""],
        ["how", ScheduleCommands.Rule(schedule)], ["next", ScheduleCommands.Next(schedule)],
        ["came", string.Create(CultureInfo.InvariantCulture, $"{schedule.Runs} times") + (schedule.MaxRuns is { } most ? string.Create(CultureInfo.InvariantCulture, $" of {most}") : "")],
        ["last", ScheduleCommands.Last(schedule)], ["delivered", ScheduleCommands.Delivered(schedule)], ["conversation", schedule.ConversationId ?? ""],
        ["made", ScheduleCommands.Time(schedule.CreatedAt)],
    ];
}
