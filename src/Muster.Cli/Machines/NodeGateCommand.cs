using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Machines;

namespace Muster.Cli.Machines;

/// <summary><c>cordon</c> and <c>drain</c>: no new tasks; the second waits until what runs is over.</summary>
internal sealed class NodeGateCommand : MusterCommand
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);
    private readonly Argument<string> _node = new Argument<string>("NODE") { Description = "Name or id of the machine" }.NotEmpty();
    private readonly Option<bool> _undo = new("--undo") { Description = "Let tasks in again" };
    private readonly string _gate;

    private NodeGateCommand(CommandHost host, string name, string description, string gate)
        : base(host, name, description)
    {
        _gate = gate;
        Add(_node);
        Add(_undo);
    }

    public static NodeGateCommand Cordon(CommandHost host) => new(host, "cordon", """
        Give a machine no new tasks. What runs there goes on to its end.

        Examples:
          muster node cordon nas
          muster node cordon nas --undo
        """, "cordoned");

    public static NodeGateCommand Drain(CommandHost host) => new(host, "drain", """
        Give a machine no new tasks and wait until those that run there are over. Ctrl-C ends the waiting, not the draining.

        Examples:
          muster node drain nas
          muster node drain nas --undo
        """, "draining");

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (name, undo) = (context.Parse.GetValue(_node)!, context.Parse.GetValue(_undo));
        await using var hub = HubConnection.Open(context);
        var pool = await hub.Client.Nodes.SetGateAsync(name, undo ? "open" : _gate, cancellationToken);
        if (!undo && _gate == "draining")
        {
            pool = await EmptyAsync(hub.Client.Nodes, pool, context, cancellationToken);
        }

        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, pool);
        }
        else
        {
            context.Printer.Note(
                undo ? pool.Closed is { } closed ? $"{pool.Name} is open again; now {closed}." : $"{pool.Name} takes tasks again."
                : pool.Running == 0 ? $"{pool.Name} takes no new tasks, and none runs there."
                : $"{pool.Name} takes no new tasks; {(pool.Running == 1 ? "one still runs" : $"{pool.Running} still run")} there.");
        }

        return ExitCode.Ok;
    }

    private static async Task<NodePool> EmptyAsync(NodeClient nodes, NodePool pool, CommandContext context, CancellationToken cancellationToken)
    {
        if (pool.Running > 0)
        {
            context.Printer.Note($"{pool.Name} takes no new tasks; waiting for {(pool.Running == 1 ? "the one that runs" : $"{pool.Running} that run")} there.");
        }

        while (pool is { Running: > 0, Gate: "draining" })
        {
            await Task.Delay(_look, context.Time, cancellationToken);
            pool = await nodes.PoolAsync(pool.Node, cancellationToken);
        }

        return pool;
    }
}
