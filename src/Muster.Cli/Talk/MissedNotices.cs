using Muster.Client;
using Muster.Cli.Terminal;

namespace Muster.Cli.Talk;

/// <summary>What happened while nobody watched, told once, beside the output, where a terminal shows it to somebody.</summary>
internal static class MissedNotices
{
    public static async Task ShowAsync(CommandContext context, MusterClient client, CancellationToken cancellationToken)
    {
        if (context.Json || !context.Surroundings.ErrorIsTerminal)
        {
            return;
        }

        var items = await client.Inbox.ListAsync(cancellationToken);
        foreach (var item in items)
        {
            context.Printer.Note(Ansi.Harmless(item.Text));
        }

        if (items.Count > 0)
        {
            await client.Inbox.SeenAsync(items.Max(item => item.Number), cancellationToken);
        }
    }
}
