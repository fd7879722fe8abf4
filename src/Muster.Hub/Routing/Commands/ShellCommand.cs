namespace Muster.Hub.Routing.Commands;

internal sealed class ShellCommand : ICommand
{
    public string Name => "shell";

    public (string Usage, string English, string Chinese) Help => ("/shell COMMAND", "run a command on the active machine, without a model", "在当前机器上执行命令，不经模型");

    public CommandResult Run(CommandCall call) => call.Argument.Length > 0
        ? new CommandResult.ToNode("$ " + call.Argument)
        : new CommandResult.Say(call.Chinese ? "要执行什么？例如 /shell df -h" : "Which command? For example: /shell df -h", "warning");
}
