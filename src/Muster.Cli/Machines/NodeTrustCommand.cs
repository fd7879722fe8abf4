using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;

namespace Muster.Cli.Machines;

internal sealed class NodeTrustCommand : MusterCommand
{
    private readonly Argument<string> _node = new Argument<string>("NODE") { Description = "Name or id of the machine" }.NotEmpty();
    private readonly Option<string?> _level = new("--level") { Description = "Its new level (admins only): new, probation, trusted or suspended", HelpName = "LEVEL" };

    public NodeTrustCommand(CommandHost host)
        : base(host, "trust", """
            Show how far the results of a machine are trusted, and why; an admin can set it.

            Examples:
              muster node trust nas
              muster node trust nas --level suspended
            """)
    {
        _level.AcceptOnlyFromAmong("new", "probation", "trusted", "suspended");
        Add(_node);
        Add(_level);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Parse.GetValue(_node)!;
        await using var hub = HubConnection.Open(context);
        var pool = context.Parse.GetValue(_level) is { } level
            ? await hub.Client.Nodes.SetTrustAsync(name, level, cancellationToken)
            : await hub.Client.Nodes.PoolAsync(name, cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, pool);
        }
        else
        {
            context.Printer.Table(["", pool.Name], [["level", pool.Trust], ["streak", $"{pool.Streak}"], ["why", pool.Why]]);
        }

        return ExitCode.Ok;
    }
}
