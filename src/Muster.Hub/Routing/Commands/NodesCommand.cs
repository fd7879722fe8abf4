using System.Text;
using Muster.Hub.Fleet;

namespace Muster.Hub.Routing.Commands;

internal sealed class NodesCommand : ICommand
{
    public string Name => "nodes";

    public (string Usage, string English, string Chinese) Help => ("/nodes", "your machines", "你的机器");

    public CommandResult Run(CommandCall call)
    {
        if (call.Machines.Count == 0)
        {
            return new CommandResult.Say(RouteTexts.For(call.Chinese).NoneOnline([]), "warning");
        }

        var text = new StringBuilder("Connected Nodes:");
        foreach (var node in call.Machines.Where(node => node.Online))
        {
            text.Append('\n').Append(Line(node, call));
        }

        foreach (var node in call.Machines.Where(node => !node.Online))
        {
            text.Append('\n').Append("  ").Append(node.Name).Append(" offline");
            if (node.LastSeen is { } seen)
            {
                text.Append(", last seen ").Append(Age(call.Now - seen)).Append(" ago");
            }
        }

        return new CommandResult.Say(text.Append("\nUse \"/node <name>\" to switch active node.").ToString());
    }

    /// <summary>The largest whole unit: 42s, 5m, 3h, 2d.</summary>
    public static string Age(TimeSpan age) => age switch
    {
        { TotalMinutes: < 1 } => $"{Math.Max(0, (int)age.TotalSeconds)}s",
        { TotalHours: < 1 } => $"{(int)age.TotalMinutes}m",
        { TotalDays: < 1 } => $"{(int)age.TotalHours}h",
        _ => $"{(int)age.TotalDays}d",
    };

    private static string Line(NodeSnapshot node, CommandCall call)
    {
        var active = node.Id.ToString() == call.Active;
        var online = node.ConnectedAt is { } since ? " online " + Age(call.Now - since) : " online";
        return $"{(active ? "→ " : "  ")}{node.Name}{(active ? " [ACTIVE]" : "")} sessions={node.Sessions}{online}";
    }
}
