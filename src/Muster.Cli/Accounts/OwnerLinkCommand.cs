using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;

namespace Muster.Cli.Accounts;

internal sealed class OwnerLinkCommand(CommandHost host) : MusterCommand(host, "link", """
    Print a new one-time link on which the owner sets a password; it lives for 30 minutes. A hub that has its owner makes none.

    Example:
      muster owner link
    """)
{
    public static Command Group(CommandHost host) => new("owner", "What belongs to the owner of a hub.") { new OwnerLinkCommand(host), new OwnerResetCommand(host) };

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var link = await hub.Client.Accounts.OwnerLinkAsync(cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, link);
        }
        else
        {
            context.Printer.Verbatim(link.Url);
        }

        return ExitCode.Ok;
    }
}
