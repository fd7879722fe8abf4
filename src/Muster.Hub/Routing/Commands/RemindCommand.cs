namespace Muster.Hub.Routing.Commands;

internal sealed class RemindCommand : ICommand
{
    public string Name => "remind";

    public (string Usage, string English, string Chinese) Help => (
        "/remind WHEN MESSAGE", "a reminder: /remind 10m deploy check, /remind tomorrow at 9 call Bob; alone: the list; /remind cancel ID",
        "设置提醒：/remind 10m 看看部署，/remind 明天9点 开会；单独使用列出全部；/remind cancel ID 取消");

    public CommandResult Run(CommandCall call) => new CommandResult.Remind(call.Argument);
}
