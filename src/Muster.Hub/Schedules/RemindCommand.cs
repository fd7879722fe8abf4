using Muster.Hub.Api;
using Muster.Hub.Routing.Commands;
using Muster.Protocol.Ids;

namespace Muster.Hub.Schedules;

/// <summary>Makes a reminder, lists all, or cancels one.</summary>
internal sealed class RemindCommand(ScheduleDesk desk, TimeProvider time) : ICommand
{
    private const int MostListed = 50;
    private static readonly string[] _cancelling = ["cancel", "remove", "delete", "取消", "删除"];

    public string Name => "remind";

    public (string Usage, string English, string Chinese) Help => (
        "/remind WHEN MESSAGE", "a reminder: /remind 10m deploy check, /remind tomorrow at 9 call Bob; alone: the list; /remind cancel ID",
        "设置提醒：/remind 10m 看看部署，/remind 明天9点 开会；单独使用列出全部；/remind cancel ID 取消");

    public CommandResult Run(CommandCall call)
    {
        var texts = ScheduleTexts.For(call.Chinese);
        if (call.Argument is "" or "list" or "列表")
        {
            return new CommandResult.Say(texts.List(ScheduleStore.List(call.Tx, call.User.Id, ended: false, int.MaxValue, null), MostListed));
        }

        try
        {
            return new CommandResult.Say(
                call.Argument.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var verb, var id] && _cancelling.Contains(verb)
                    ? texts.Cancelled(ScheduleDesk.Remove(call.Tx, call.User.Id, id))
                    : Add(call));
        }
        catch (ScheduleMistakeException mistake)
        {
            return new CommandResult.Say(mistake.Text(call.Chinese), "warning");
        }
        catch (ApiException missing)
        {
            return new CommandResult.Say(call.Chinese ? "没有这样的提醒。/remind 列出全部。" : missing.Message + " /remind lists them all.", "warning");
        }
    }

    private string Add(CommandCall call) => desk.Summary(desk.Add(
        call.Tx, call.User, Id<Schedule>.New(time),
        new ScheduleWish { Text = call.Argument, TimeInText = true, ConversationId = call.Conversation, Chinese = call.Chinese }));
}
