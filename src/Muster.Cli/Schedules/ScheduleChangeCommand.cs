using System.CommandLine;
using Muster.Cli.Conversations;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Budgets;
using Muster.Client.Schedules;

namespace Muster.Cli.Schedules;

/// <summary><c>pause</c>, <c>resume</c> and <c>remove</c>: one schedule, and a sentence about what it is now.</summary>
internal sealed class ScheduleChangeCommand : MusterCommand
{
    private readonly Argument<string> _id = ScheduleCommands.Id();
    private readonly Func<ScheduleClient, ScheduleInfo, CancellationToken, Task<ScheduleInfo>> _change;
    private readonly Func<ScheduleInfo, string> _said;
    private readonly Option<BudgetChange?>? _limit;

    private ScheduleChangeCommand(
        CommandHost host, string name, string description, Func<ScheduleClient, ScheduleInfo, CancellationToken, Task<ScheduleInfo>> change, Func<ScheduleInfo, string> said,
        Option<BudgetChange?>? limit = null)
        : base(host, name, $"{description}\n\nExample:\n  muster schedule {name} 9f3k2a")
    {
        (_change, _said, _limit) = (change, said, limit);
        Add(_id);
        if (limit is not null)
        {
            Add(limit);
        }
    }

    public static ScheduleChangeCommand Pause(CommandHost host) => new(
        host, "pause", "Let a schedule rest until it is resumed.", (client, found, cancel) => client.PauseAsync(found.Id, cancel), _ => "It rests until muster schedule resume.");

    public static ScheduleChangeCommand Resume(CommandHost host) => new(
        host, "resume", "Let a schedule go on. One that was due meanwhile comes at once; one that repeats goes on from now.",
        (client, found, cancel) => client.ResumeAsync(found.Id, cancel), now => $"It goes on; next: {ScheduleCommands.Next(now)}.",
        BudgetArguments.Limit("What it may spend from now on, over all its times: 5, +5 or none"));

    public static ScheduleChangeCommand Remove(CommandHost host) => new(
        host, "remove", "Cancel a schedule.",
        async (client, found, cancel) =>
        {
            await client.RemoveAsync(found.Id, cancel);
            return found;
        },
        gone => $"Cancelled: {gone.Text}");

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var found = await hub.Client.Schedules.GetAsync(context.Parse.GetValue(_id)!, cancellationToken);
        if (_limit is not null && context.Parse.GetValue(_limit) is { } limit)
        {
            await BudgetArguments.SetAsync(context, hub.Client, budgets => budgets.SetScheduleAsync(found.Id, limit, cancellationToken), cancellationToken);
        }

        if (_limit is not null && context.Parse.GetValue(_limit) is not null && found.State == "ended")
        {
            context.Printer.Note("It comes no more; what it gave to the assistant goes on.");
            return ExitCode.Ok;
        }

        var now = await _change(hub.Client.Schedules, found, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, now);
        }
        else
        {
            context.Printer.Note(_said(now));
        }

        return ExitCode.Ok;
    }
}
