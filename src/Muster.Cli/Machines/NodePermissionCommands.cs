using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Machines;

namespace Muster.Cli.Machines;

internal sealed class NodePermissionsCommand : MusterCommand
{
    private readonly Argument<string> _node = new Argument<string>("NODE") { Description = "Name or id of the machine" }.NotEmpty();

    public NodePermissionsCommand(CommandHost host)
        : base(host, "permissions", "Show who may ask a machine, run tasks on it and manage it.\n\nExample:\n  muster node permissions nas") => Add(_node);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        Print(context, await hub.Client.Nodes.PermissionsAsync(context.Parse.GetValue(_node)!, cancellationToken));
        return ExitCode.Ok;
    }

    public static void Print(CommandContext context, NodePermissions lists)
    {
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, lists);
            return;
        }

        context.Printer.Table(["", $"of {lists.Node}, besides {lists.Owner}"],
        [
            ["ask", string.Join(", ", lists.Ask)], ["run", string.Join(", ", lists.Run)], ["manage", string.Join(", ", lists.Manage)],
        ]);
    }
}

/// <summary><c>allow</c> and <c>deny</c>: one user on one list.</summary>
internal sealed class NodeAllowCommand : MusterCommand
{
    private readonly Argument<string> _node = new Argument<string>("NODE") { Description = "Name or id of the machine" }.NotEmpty();
    private readonly Argument<string> _user = new Argument<string>("USER") { Description = "Name of the user" }.NotEmpty();
    private readonly Argument<string> _what = new("WHAT") { Description = "ask (talk to it), run (tasks of the pool) or manage" };
    private readonly bool _allow;

    private NodeAllowCommand(CommandHost host, string name, string description, bool allow)
        : base(host, name, description)
    {
        _allow = allow;
        _what.AcceptOnlyFromAmong("ask", "run", "manage");
        Add(_node);
        Add(_user);
        Add(_what);
    }

    public static NodeAllowCommand Allow(CommandHost host) => new(host, "allow", """
        Let somebody ask a machine, run tasks on it, or manage it.

        Examples:
          muster node allow nas bob ask
          muster node allow nas bob run
        """, allow: true);

    public static NodeAllowCommand Deny(CommandHost host) => new(host, "deny", """
        Take that back. What they have an agent do there is stopped.

        Example:
          muster node deny nas bob ask
        """, allow: false);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (node, user, what) = (context.Parse.GetValue(_node)!, context.Parse.GetValue(_user)!, context.Parse.GetValue(_what)!);
        await using var hub = HubConnection.Open(context);
        var now = await hub.Client.Nodes.PermissionsAsync(node, cancellationToken);
        IReadOnlyList<string>? Changed(string list, IReadOnlyList<string> names) => list != what ? null
            : [.. names.Where(name => !name.Equals(user, StringComparison.OrdinalIgnoreCase)), .. _allow ? new[] { user } : []];
        NodePermissionsCommand.Print(
            context,
            await hub.Client.Nodes.SetPermissionsAsync(node, Changed("ask", now.Ask), Changed("run", now.Run), Changed("manage", now.Manage), cancellationToken));
        return ExitCode.Ok;
    }
}
