using Microsoft.Extensions.Logging;
using Muster.Agents.Messages;
using Muster.Agents.Runs;
using Muster.Hub.Accounts;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Runs;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;
using Muster.Storage;

namespace Muster.Hub.Together;

/// <summary>
/// A person's message to many machines: asked at once, answered once. Its jobs follow from the run, so that a hub that was killed goes on with the same.
/// </summary>
internal sealed class FleetRun(RunRow run, HubRunKit kit, FleetDesk fleet, ILogger logger) : HubRun(run, kit, logger)
{
    private const string Rules = "rules";

    public override bool Takes(bool toHub) => false;

    protected override async Task RunAsync(CancellationToken stopping, CancellationToken abort)
    {
        var (message, user, caller) = await Kit.Database.ReadAsync(
            tx =>
            {
                var asked = MessageStore.Find(tx, Run.MessageId)!;
                var sender = UserStore.Find(tx, asked.UserId)!;
                return (asked, sender, SpendingScopes.Caller(tx, sender.As(Scopes.Ask | Scopes.Run), Run));
            },
            stopping);
        var text = message.Work ?? message.Text;
        var chinese = RouteTexts.IsChinese(text, user.Language);
        var wish = FleetWish.Parse(text)!;
        await Kit.Database.WriteAsync(tx => Kit.Tell(tx, Run, "agent_start", RunEventJson.AgentStart(Run.Id, HubMachine.Name, Rules, resumed: false)), abort);

        // Whoever typed a command and may answer approvals would be asked by each machine, and is the one who would say yes.
        var approved = wish.Command is not null && message.MayApprove != 0 ? user.Username : "";
        var order = new FleetOrder(caller with { PaysByCall = true }, Run.Id, "message", Run.ConversationId, Run.MessageId, wish, approved);
        try
        {
            await EndAsync(await fleet.AskAsync(order, abort), chinese, stopping);
        }
        catch (Exception error) when (error is OperationCanceledException or StorageException && !stopping.IsCancellationRequested)
        {
            await fleet.CancelAsync(order); // nobody would read what comes of it
            throw;
        }
    }

    /// <summary>The machines have done it: asked for again because its answer was not stored, it would be done twice.</summary>
    private Task EndAsync(FleetTable table, bool chinese, CancellationToken stopping) => Kit.Background.UntilStoredAsync(storing => Kit.Database.WriteAsync(
        tx =>
        {
            if (RunStore.Find(tx, Run.Id) is not { State: "running" })
            {
                return; // whoever stops it says so
            }

            var message = new AssistantMessage
            {
                Id = Id<Message>.New(Kit.Time).ToString(), At = Kit.Time.GetUtcNow(), Model = Rules, StopReason = StopReason.Stop, Content = [new TextBlock(table.Text(chinese))],
            };
            var outcome = table.IsWell ? "completed" : "failed";
            Kit.Tell(tx, Run, "message_end", RunEventJson.MessageEnd(Run.Id, message));
            Kit.Tell(tx, Run, "agent_end", RunEventJson.AgentEnd(Run.Id, outcome, table.IsWell ? null : chinese ? "并非每台机器都成功。" : "Not every machine succeeded.", Usage.None));
            FleetStore.Forget(tx, Run.Id);
            Kit.Ends.Ended(tx, Run, outcome);
        },
        storing), stopping);
}
