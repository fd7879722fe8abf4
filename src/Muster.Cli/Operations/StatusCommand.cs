using Muster.Cli.State;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;

namespace Muster.Cli.Operations;

internal sealed class StatusCommand(CommandHost host) : MusterCommand(host, "status", """
    Say which hub counts here, who you are to it, and how its machines are.

    Example:
      muster status
    """)
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var connection = HubConnection.Open(context);
        var client = connection.Client;
        var hub = await client.Accounts.HubAsync(cancellationToken);
        var me = await client.Accounts.MeAsync(cancellationToken);
        var nodes = await client.Nodes.ListAsync(cancellationToken);
        var conversations = await client.Conversations.ListAsync(5, null, cancellationToken);
        var line = new StatusLine(
            client.Hub.GetLeftPart(UriPartial.Authority), hub.Version, hub.Claimed, me.User.Username, me.Unread,
            nodes.Count(node => node.Status != "offline"), nodes.Count, HubFile.Live(context.Home)?.Embedded ?? false);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, line);
            return ExitCode.Ok;
        }

        var print = context.Printer;
        print.Line($"Hub       {line.Url} (Muster {line.Version}{(line.Embedded ? ", inside an ask or chat" : "")})");
        print.Line($"You       {me.User.Username}, {me.User.Role}{(line.Claimed ? "" : "; no password is set yet: muster owner link")}");
        print.Line($"Machines  {line.NodesOnline} of {line.Nodes} online{(nodes.Count == 0 ? "" : ": " + string.Join(", ", nodes.Select(node => $"{node.Name} {node.Status}")))}");
        foreach (var running in conversations.Items.Where(conversation => conversation.Running))
        {
            print.Line($"Working   {Ansi.Harmless(running.Title ?? running.Id)}{(running.Node is null ? "" : " on " + running.Node)}");
        }

        if (line.Unread > 0)
        {
            print.Line($"Inbox     {line.Unread} new: muster inbox");
        }

        return ExitCode.Ok;
    }
}
