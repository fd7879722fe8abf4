namespace Muster.Hub.Routing.Commands;

internal sealed class NodeCommand : ICommand
{
    public string Name => "node";

    public (string Usage, string English, string Chinese) Help => ("/node NAME", "make that machine the active one", "切换当前机器");

    public CommandResult Run(CommandCall call)
    {
        var name = call.Argument.TrimStart('@').Trim('"', '<', '>');
        if (name.Length == 0)
        {
            return new NodesCommand().Run(call);
        }

        var texts = RouteTexts.For(call.Chinese);
        var found = call.Machines.FirstOrDefault(node => string.Equals(node.Name, name, StringComparison.OrdinalIgnoreCase));
        return found switch
        {
            null => new CommandResult.Say(
                texts.UnknownMachine(name, [.. call.Machines.Select(node => new Machine(node.Id.ToString(), node.Name, node.Online))]), "warning"),
            { Online: false } => new CommandResult.Activate(
                found, $"Node {found.Name} is offline\n" + (call.Chinese ? "它是当前机器；回来后可用。" : "It is the active one now, for when it is back.")),
            _ => new CommandResult.Activate(found, call.Chinese ? $"当前机器：{found.Name}" : $"Active node: {found.Name}"),
        };
    }
}
