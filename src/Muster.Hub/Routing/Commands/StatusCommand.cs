namespace Muster.Hub.Routing.Commands;

internal sealed class StatusCommand : ICommand
{
    public string Name => "status";

    public (string Usage, string English, string Chinese) Help => ("/status", "what goes on in this conversation", "本对话的状态");

    public CommandResult Run(CommandCall call)
    {
        var active = call.Machines.FirstOrDefault(node => node.Id.ToString() == call.Active)?.Name;
        var online = call.Machines.Count(node => node.Online);
        var work = call.Running is { } run
            ? (call.Chinese ? $"{run.Node} 正在工作。/stop 停止。" : $"{run.Node} is working. /stop ends it.")
            : (call.Chinese ? "没有正在进行的工作。" : "Nothing is going on.");
        return new CommandResult.Say(call.Chinese
            ? $"{work}\n当前机器：{active ?? "无"}（{online}/{call.Machines.Count} 在线）"
            : $"{work}\nActive node: {active ?? "none"} ({online} of {call.Machines.Count} online)");
    }
}
