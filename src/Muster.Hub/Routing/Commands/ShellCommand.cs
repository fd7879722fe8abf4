namespace Muster.Hub.Routing.Commands;

internal sealed class ShellCommand : MachineCommand
{
    public override string Name => "shell";

    public override (string Usage, string English, string Chinese) Help => ("/shell COMMAND", "run a command on the active machine, without a model", "在当前机器上执行命令，不经模型");

    public override string? ForMachine(string argument) => argument.Length > 0 ? "$ " + argument : null;

    protected override string Missing(string argument, bool chinese) => chinese ? "要执行什么？例如 /shell df -h" : "Which command? For example: /shell df -h";
}
