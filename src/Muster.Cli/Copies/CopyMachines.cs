using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Machines;
using Muster.Protocol.Transfers;

namespace Muster.Cli.Copies;

/// <summary>The machines that a copy names, before anything is uploaded for them.</summary>
internal sealed class CopyMachines(CommandContext context, NodeClient nodes)
{
    /// <returns>Null for this machine.</returns>
    /// <exception cref="CliException">There is none of that name, or it is offline.</exception>
    public async Task<NodeInfo?> FindAsync(FilePlace place, CancellationToken cancellationToken)
    {
        if (place.Node is not { } name)
        {
            return null;
        }

        var node = await GetAsync(name, place, cancellationToken);
        if (!node.May.Contains("ask"))
        {
            throw new CliException($"You may not copy from or to {node.Name}: its owner has not let you ask it (muster node allow {node.Name} YOU ask).", ExitCode.NotAllowed);
        }

        return node.Status == "offline"
            ? throw new CliException($"{node.Name} is offline, last seen {When.Ago(node.LastSeen, context.Time)}: switch it on, and copy again.")
            : node;
    }

    private async Task<NodeInfo> GetAsync(string name, FilePlace place, CancellationToken cancellationToken)
    {
        try
        {
            return await nodes.GetAsync(name, cancellationToken);
        }
        catch (MusterException unknown) when (unknown.Status == 404)
        {
            var names = (await nodes.ListAsync(cancellationToken)).Where(node => node.May.Contains("ask")).Select(node => node.Name).ToList();
            throw new CliException(
                $"There is no machine {name}: " + (names.Count == 0 ? "none has joined." : $"you have {string.Join(", ", names)}.") + $" A file of this machine with that name is ./{place}", ExitCode.NotFound);
        }
    }
}
