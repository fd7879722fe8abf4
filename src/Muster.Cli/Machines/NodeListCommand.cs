using Muster.Agents.Offline;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Accounts;
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
            context.Printer.Note(Nothing((await hub.Client.Accounts.MeAsync(cancellationToken)).User));
        }
        else
        {
            await MissedNotices.ShowAsync(context, hub.Client, cancellationToken);
            context.Printer.Table(["", "name", "state", "seen", "system", "load", "memory free", "model"], await RowsAsync(hub.Client.Nodes, nodes, context.Time, cancellationToken));
        }

        return ExitCode.Ok;
    }

    private static string Nothing(UserInfo you) => you.Role switch
    {
        "owner" or "admin" => "No machine has joined. On another machine: muster node join TOKEN, with a token from: muster node token",
        "guest" => $"No machine is shared with you yet. Ask the owner of one, or an admin of the hub, for: muster node allow NODE {you.Username} ask",
        _ => $"No machine is yours or shared with you yet. Ask the owner of one, or an admin of the hub, for: muster node allow NODE {you.Username} ask   "
            + "or bring one of your own: muster node token",
    };

    private static async Task<IReadOnlyList<IReadOnlyList<string>>> RowsAsync(NodeClient client, IReadOnlyList<NodeInfo> nodes, TimeProvider time, CancellationToken cancellationToken)
    {
        var rows = new List<IReadOnlyList<string>>();
        foreach (var node in nodes)
        {
            // Only of one that is being emptied it matters whether tasks are left.
            var gate = node.Gate == "draining" && (await client.PoolAsync(node.Id, cancellationToken)).Running == 0 ? "drained" : node.Gate;
            rows.Add(Row(node, gate, time));
        }

        return rows;
    }

    private static IReadOnlyList<string> Row(NodeInfo node, string gate, TimeProvider time) =>
    [
        node.Active ? "→" : " ",
        node.Name,
        gate == "open" ? node.Status : $"{node.Status}, {gate}",
        node.Status == "offline" ? When.Ago(node.LastSeen, time) : "now",
        $"{node.Os} {node.Architecture}".Trim(),
        node.Status == "offline" ? "" : node.Load.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
        node.MemoryFreeBytes == 0 ? "" : $"{node.MemoryFreeBytes / 1e9:0.0} GB",
        node.Model == OfflineModel.Name ? "none (built-in rules)" : node.Model ?? "",
    ];
}
