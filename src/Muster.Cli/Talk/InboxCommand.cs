using Muster.Cli.Terminal;

namespace Muster.Cli.Talk;

internal sealed class InboxCommand(CommandHost host) : MusterCommand(host, "inbox", """
    Show what happened while you were away, and mark it as seen.

    Example:
      muster inbox
    """)
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var items = await hub.Client.Inbox.ListAsync(cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, items);
        }
        else if (items.Count == 0)
        {
            context.Printer.Note("Nothing new.");
        }
        else
        {
            context.Printer.Table(["when", "what"], items.Select(item => (IReadOnlyList<string>)[When.Ago(item.At, context.Time), item.Text]));
        }

        if (items.Count > 0)
        {
            await hub.Client.Inbox.SeenAsync(items.Max(item => item.Number), cancellationToken);
        }

        return ExitCode.Ok;
    }
}
