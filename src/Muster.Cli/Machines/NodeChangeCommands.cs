using System.CommandLine;
using Muster.Cli.Accounts;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;

namespace Muster.Cli.Machines;

internal sealed class NodeRenameCommand : MusterCommand
{
    private readonly Argument<string> _node = new Argument<string>("NODE") { Description = "Name or id of the machine" }.NotEmpty();
    private readonly Argument<string> _name = new Argument<string>("NAME") { Description = "Its new name" }.NotEmpty();

    public NodeRenameCommand(CommandHost host)
        : base(host, "rename", """
            Give a machine another name.

            Example:
              muster node rename raspberrypi kitchen
            """)
    {
        Add(_node);
        Add(_name);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var node = await hub.Client.Nodes.RenameAsync(context.Parse.GetValue(_node)!, context.Parse.GetValue(_name)!, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, node);
        }
        else
        {
            context.Printer.Note($"It is called {node.Name} now.");
        }

        return ExitCode.Ok;
    }
}

internal sealed class NodeRemoveCommand : MusterCommand
{
    private readonly Argument<string> _node = new Argument<string>("NODE") { Description = "Name or id of the machine" }.NotEmpty();

    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask; needed without a terminal" };

    public NodeRemoveCommand(CommandHost host)
        : base(host, "remove", """
            Take a machine out of the fleet: its link is cut and its credential ends.

            Examples:
              muster node remove old-laptop
              muster node remove old-laptop --yes
            """)
    {
        Add(_node);
        Add(_yes);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Parse.GetValue(_node)!;
        await using var hub = HubConnection.Open(context);
        var node = await hub.Client.Nodes.GetAsync(name, cancellationToken);
        if (!context.Parse.GetValue(_yes))
        {
            if (!context.AtTerminal)
            {
                throw new CliException("This takes a machine out of the fleet and there is nobody to ask: say so with --yes.", ExitCode.Usage);
            }

            if (HubDoor.Prompt(context, $"Remove {Ansi.Harmless(node.Name)} from the fleet? What runs there is lost. [y/N] ").ToLowerInvariant() is not ("y" or "yes"))
            {
                context.Printer.Note("Nothing was removed.");
                return ExitCode.Failed;
            }
        }

        await hub.Client.Nodes.RemoveAsync(node.Id, cancellationToken);
        context.Printer.Note($"{node.Name} is removed. It can join again with a new token.");
        return ExitCode.Ok;
    }
}
