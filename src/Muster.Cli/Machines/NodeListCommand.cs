using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Machines;

namespace Muster.Cli.Machines;

internal sealed class NodeListCommand(CommandHost host, string name) : MusterCommand(host, name, """
    List your machines.

    Example:
      muster nodes
    """)
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var nodes = await hub.Client.Nodes.ListAsync(cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, nodes);
        }
        else if (nodes.Count == 0)
        {
            context.Printer.Note("No machine has joined. On another machine: muster node join TOKEN, with a token from the hub's page.");
        }
        else
        {
            await MissedNotices.ShowAsync(context, hub.Client, cancellationToken);
            context.Printer.Table(["", "name", "state", "seen", "system", "load", "memory free", "model"], nodes.Select(node => Row(node, context.Time)));
        }

        return ExitCode.Ok;
    }

    private static IReadOnlyList<string> Row(NodeInfo node, TimeProvider time) =>
    [
        node.Active ? "→" : " ",
        node.Name,
        node.Status,
        node.Status == "offline" ? When.Ago(node.LastSeen, time) : "now",
        $"{node.Os} {node.Architecture}".Trim(),
        node.Status == "offline" ? "" : node.Load.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
        node.MemoryFreeBytes == 0 ? "" : $"{node.MemoryFreeBytes / 1e9:0.0} GB",
        node.Model ?? "",
    ];
}
