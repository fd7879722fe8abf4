using Muster.Hub.Api;
using Muster.Hub.Chat;
using Muster.Protocol.Ids;

namespace Muster.Hub.Schedules;

/// <summary>The command /remind: makes a reminder, lists all, or cancels one. It needs no model and no machine.</summary>
internal sealed class Reminders(ScheduleDesk desk, TimeProvider time)
{
    private const int MostListed = 50;
    private static readonly string[] _cancelling = ["cancel", "remove", "delete", "取消", "删除"];

    public (string Text, string Level) Answer(Turn turn, string argument)
    {
        var texts = ScheduleTexts.For(turn.Chinese);
        if (argument.Length == 0 || argument is "list" or "列表")
        {
            return (texts.List(ScheduleStore.List(turn.Tx, turn.User.Id, ended: false, MostListed, null)), "info");
        }

        try
        {
            return argument.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var verb, var id] && _cancelling.Contains(verb)
                ? (texts.Cancelled(ScheduleDesk.Remove(turn.Tx, turn.User.Id, id)), "info")
                : (Add(turn, argument), "info");
        }
        catch (ScheduleMistakeException mistake)
        {
            return (mistake.Text(turn.Chinese), "warning");
        }
        catch (ApiException missing)
        {
            return (turn.Chinese ? "没有这样的提醒。/remind 列出全部。" : missing.Message + " /remind lists them all.", "warning");
        }
    }

    private string Add(Turn turn, string argument) => desk.Summary(desk.Add(
        turn.Tx, turn.User, Id<Schedule>.New(time),
        new ScheduleWish { Text = argument, TimeInText = true, ConversationId = turn.Conversation.Id, Chinese = turn.Chinese }));
}
