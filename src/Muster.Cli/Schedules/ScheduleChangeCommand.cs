using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Schedules;

namespace Muster.Cli.Schedules;

/// <summary><c>pause</c>, <c>resume</c> and <c>remove</c>: one schedule, and a sentence about what it is now.</summary>
internal sealed class ScheduleChangeCommand : MusterCommand
{
    private readonly Argument<string> _id = ScheduleCommands.Id();
    private readonly Func<ScheduleClient, ScheduleInfo, CancellationToken, Task<ScheduleInfo>> _change;
    private readonly Func<ScheduleInfo, string> _said;

    private ScheduleChangeCommand(
        CommandHost host, string name, string description, Func<ScheduleClient, ScheduleInfo, CancellationToken, Task<ScheduleInfo>> change, Func<ScheduleInfo, string> said)
        : base(host, name, $"{description}\n\nExample:\n  muster schedule {name} 9f3k2a")
    {
        (_change, _said) = (change, said);
        Add(_id);
    }

    public static ScheduleChangeCommand Pause(CommandHost host) => new(
        host, "pause", "Let a schedule rest until it is resumed.", (client, found, cancel) => client.PauseAsync(found.Id, cancel), _ => "It rests until muster schedule resume.");

    public static ScheduleChangeCommand Resume(CommandHost host) => new(
        host, "resume", "Let a schedule go on. One that was due meanwhile comes at once; one that repeats goes on from now.",
        (client, found, cancel) => client.ResumeAsync(found.Id, cancel), now => $"It goes on; next: {ScheduleCommands.Next(now)}.");

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
