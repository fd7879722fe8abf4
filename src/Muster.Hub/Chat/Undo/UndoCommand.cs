using Muster.Hub.Routing.Commands;

namespace Muster.Hub.Chat.Undo;

/// <summary>Takes back what was done for the newest message of the conversation, on every machine.</summary>
internal sealed class UndoCommand(UndoDesk desk) : ICommand
{
    public string Name => "undo";

    public (string Usage, string English, string Chinese) Help => ("/undo [yes]", "take back what files were before your last request; yes: also where not all of it comes back", "撤销最近一次请求对文件的更改；yes：即使不能全部恢复");

    public CommandResult Run(CommandCall call)
    {
        var texts = new UndoTexts(call.Chinese);
        var words = call.Argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not ([] or ["yes"] or ["yes", _]))
        {
            return new CommandResult.Say(texts.Usage, "warning");
        }

        if (call.Running is { } run)
        {
            return new CommandResult.Say(texts.Busy(run.Node), "warning");
        }

        return desk.Ask(call, sure: words.Length > 0, words.Length > 1 ? words[1] : null)
            ? new CommandResult.Later()
            : new CommandResult.Say(texts.Nothing);
    }
}
