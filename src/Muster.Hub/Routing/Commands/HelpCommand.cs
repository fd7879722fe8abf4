using System.Text;

namespace Muster.Hub.Routing.Commands;

internal sealed class HelpCommand(Func<IReadOnlyList<ICommand>> all) : ICommand
{
    public string Name => "help";

    public (string Usage, string English, string Chinese) Help => ("/help", "this list", "本列表");

    public CommandResult Run(CommandCall call)
    {
        var text = new StringBuilder(call.Chinese ? "命令：" : "Commands:");
        foreach (var (usage, english, chinese) in all().Select(command => command.Help))
        {
            text.Append('\n').Append(usage).Append(" — ").Append(call.Chinese ? chinese : english);
        }

        text.Append('\n').Append(call.Chinese
            ? "其他文字交给当前机器；用 @名字 或“在 名字 上”点名一台。"
            : "Anything else goes to the active machine; @name or \"on name: …\" picks another.");
        return new CommandResult.Say(text.ToString());
    }
}
