using System.Text.Json;
using Muster.Hub.Accounts;
using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Hub.Chat.Assistant;
using Muster.Hub.Chat.Tools;
using Muster.Hub.Routing;
using Muster.Hub.Spending;
using Muster.Protocol.Ids;

namespace Muster.Hub.Schedules;

/// <summary>What the tool <c>schedule</c> of a run asks: the schedules of that run's user, in its conversation.</summary>
internal sealed class ScheduleCalls(ScheduleDesk desk, People people) : IRunCalls
{
    private const int MostListed = 100;

    public string Area => "schedules";

    public string? Answer(RunCall call) => call.Verb switch
    {
        "add" => Add(call),
        "list" => List(call),
        "cancel" => Cancel(call),
        _ => null,
    };

    private string Add(RunCall call)
    {
        var (tx, run, node) = (call.Tx, call.Run, call.Node);
        var user = Asking(call);
        var wish = call.Arguments.Deserialize(HubJson.Default.ScheduleCall) ?? throw new JsonException("null");
        var instruction = wish.Instruction is { Length: > 0 } || wish.ConvId is { Length: > 0 };
        if (wish.Node is { Length: > 0 } named && !string.Equals(named, node.Name, StringComparison.OrdinalIgnoreCase) && named != node.Id.ToString())
        {
            // Or a page that one machine reads could plan work on all of them.
            throw ApiException.Forbidden($"An agent plans work for its own machine alone, {node.Name}. The person can do it: muster schedule add --node {named} …");
        }

        var text = (wish.Instruction is { Length: > 0 } asked ? asked : wish.Message) ?? "";
        // The same call gets the same id: one that is repeated after a crash finds what it made.
        var id = Id<Schedule>.Within(Id<Run>.Parse(run.Id), wish.Key ?? "");
        var chinese = RouteTexts.IsChinese(text, user.Language);
        try
        {
            var row = ScheduleStore.Find(tx, id.ToString()) ?? desk.Add(tx, user, id, new ScheduleWish
            {
                Text = text, IsInstruction = instruction, When = wish.When, DelaySeconds = wish.DelaySeconds, EverySeconds = wish.IntervalSeconds, Cron = wish.Cron,
                TimeInText = true, Repeats = wish.Action == "repeat", Zone = wish.Zone, ConversationId = run.ConversationId, Node = instruction && node != HubMachine.Snapshot ? node.Id.ToString() : null, Session = wish.ConvId,
                MaxRuns = wish.MaxRuns, Chinese = chinese, KeyId = SpendingScopes.Of(tx, run).Keys is [var key, ..] ? key : null,
                MayRun = MessageStore.Find(tx, run.MessageId) is { MayRun: not 0 },
            });
            return EventJson.Write(json =>
            {
                json.WriteString("text", desk.Summary(row));
                json.WriteString("id", row.Id);
            });
        }
        catch (ScheduleMistakeException mistake)
        {
            throw mistake.ForApi(chinese);
        }
    }

    private string List(RunCall call)
    {
        var user = Asking(call);
        var rows = ScheduleStore.List(call.Tx, user.Id, ended: false, MostListed, null);
        return EventJson.Write(json => json.WriteString("text", ScheduleTexts.For(user.Language == "zh").List(rows, rows.Count)));
    }

    private string Cancel(RunCall call)
    {
        var user = Asking(call);
        var row = ScheduleDesk.Remove(call.Tx, user.Id, call.Text("id"));
        return EventJson.Write(json => json.WriteString("text", ScheduleTexts.For(user.Language == "zh").Cancelled(row)));
    }

    private UserRow Asking(RunCall call) => people.Get(call.UserId) is { Disabled: false } user && user.Rank >= Role.Member && call.Run.State == "running"
        ? user
        : throw ApiException.Forbidden("This run may not see to schedules: it is over, or a guest's.");
}

/// <summary>The tool's arguments, and the id of its call as <c>key</c>.</summary>
internal sealed record ScheduleCall(
    string? Action, string? Message, string? Instruction, string? When, long? DelaySeconds, long? IntervalSeconds, string? Cron, string? Zone, string? Node, string? ConvId,
    int? MaxRuns, string? Key);
