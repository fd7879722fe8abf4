namespace Muster.Hub.Routing.Commands;

internal sealed class StopCommand : ICommand
{
    public string Name => "stop";

    public (string Usage, string English, string Chinese) Help => ("/stop", "stop what runs in this conversation, at once", "立即停止本对话的工作");

    public CommandResult Run(CommandCall call) => new CommandResult.Stop();
}
