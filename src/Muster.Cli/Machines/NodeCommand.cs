using System.CommandLine;
using Muster.Cli.Composition;
using Muster.Node.Link;

namespace Muster.Cli.Machines;

/// <summary><c>muster node</c> is <c>muster node start</c>; joining and lists are below it.</summary>
internal sealed class NodeCommand : MusterCommand
{
    public NodeCommand(CommandHost host)
        : this(host, "node", """
            Run this machine as a node of the hub it joined (muster node join TOKEN), until Ctrl-C.

            Examples:
              muster node token                          on a machine of the hub: makes a token
              muster node join mjt_eyJ1Ijoi… --name nas  on the new machine
              muster node
              muster node --pibot 5000                   also a worker for PiBot's callers
              muster node list
            """)
    {
        Add(new NodeCommand(host, "start", "Run this machine as a node (the same as: muster node)."));
        Add(new NodeTokenCommand(host));
        Add(new NodeJoinCommand(host));
        Add(new NodeListCommand(host, "list"));
        Add(new NodeShowCommand(host));
        Add(new NodeRenameCommand(host));
        Add(new NodeRemoveCommand(host));
        Add(NodeGateCommand.Cordon(host));
        Add(NodeGateCommand.Drain(host));
        Add(new NodeTrustCommand(host));
        Add(new NodePermissionsCommand(host));
        Add(NodeAllowCommand.Allow(host));
        Add(NodeAllowCommand.Deny(host));
    }

    private NodeCommand(CommandHost host, string name, string description)
        : base(host, name, description) => SettingOptions.AddTo(this, "working_dir", "model", "pibot.listen");

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var configuration = context.ValidConfiguration();
        if (!File.Exists(context.Home.NodeIdentity))
        {
            throw new CliException("This machine has not joined a hub. Join one with: muster node join TOKEN   (the hub's page makes tokens), or start your own hub with: muster up");
        }

        using var taken = State.HomeLock.TryTakeNode(context.Home)
            ?? throw new CliException("The node of this home runs already, in another process. Stop that one, or give this one another home: --home DIR");
        var folder = Path.GetFullPath(configuration.TextOrNull("working_dir") ?? context.Home.Work, context.Surroundings.Directory);
        State.Home.Folder(folder);
        await using var logs = Operations.LogFiles.Start(context.Home, configuration, context.Surroundings);
        await using var node = await NodeProcess.StartAsync(new NodeSettings(context.Home, null, folder, configuration, context.Time, logs.Factory), cancellationToken);
        await using var memory = new QuietMemory(context.Time);
        context.Printer.Note($"{node.Name} works in {folder} · {node.Model} · {node.Isolation}. Ctrl-C stops it.");
        if (node.Door is { } door)
        {
            context.Printer.Note($"PiBot's door: {door}.");
        }

        Tell(node.Link, context);
        node.LinkChanged += (_, change) => Tell(change.State, context);
        return await UntilAsync(node, context, cancellationToken);
    }

    /// <summary>What a person at this machine should know of its link.</summary>
    private static void Tell(LinkState state, CommandContext context)
    {
        if (state.Status == LinkStatus.Refused)
        {
            context.Printer.Warning(state.Sentence);
        }
        else if (state.Status != LinkStatus.Stopped)
        {
            context.Printer.Note(state.Sentence);
        }
    }

    private static async Task<int> UntilAsync(NodeProcess node, CommandContext context, CancellationToken cancellationToken)
    {
        try
        {
            await node.Stopped.WaitAsync(cancellationToken);
            return node.Link.Status == LinkStatus.Refused ? ExitCode.NotAllowed : ExitCode.Ok;
        }
        catch (OperationCanceledException) when (context.Interrupts.Happened)
        {
            context.Printer.Note("Stopping; work that runs goes on after the next start.");
            return ExitCode.Ok;
        }
    }
}
