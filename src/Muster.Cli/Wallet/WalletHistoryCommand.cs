using System.CommandLine;
using System.Globalization;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Wallet;

namespace Muster.Cli.Wallet;

internal sealed class WalletHistoryCommand : MusterCommand
{
    private const int PageSize = 200;

    private readonly Option<int> _limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 20, HelpName = "N" }.AtLeast(1);

    public WalletHistoryCommand(CommandHost host)
        : base(host, "history", "List what came in and went out, newest first.\n\nExample:\n  muster wallet history --limit 100") => Add(_limit);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var entries = await ReadAsync(hub.Client.Wallet, context.Parse.GetValue(_limit), cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, entries);
        }
        else if (entries.Count == 0)
        {
            context.Printer.Note("No credits have come or gone yet.");
        }
        else
        {
            context.Printer.Table(["number", "when", "CPT", "what", "with", "note"], entries.Select(Row));
        }

        return ExitCode.Ok;
    }

    private static async Task<IReadOnlyList<WalletEntry>> ReadAsync(WalletClient wallet, int limit, CancellationToken cancellationToken)
    {
        var entries = new List<WalletEntry>();
        string? after = null;
        do
        {
            var page = await wallet.HistoryAsync(Math.Min(limit - entries.Count, PageSize), after, cancellationToken);
            entries.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null && entries.Count < limit);
        return entries;
    }

    private static IReadOnlyList<string> Row(WalletEntry entry) =>
    [
        entry.Number.ToString(CultureInfo.InvariantCulture),
        entry.At.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        (entry.Amount > 0 ? "+" : "") + CreditsAsText.Text(entry.Amount),
        entry.Kind + (entry.Bonus && entry.Kind != "bonus" ? " (bonus)" : ""),
        entry.With ?? "",
        Columns.Cut(entry.Note ?? entry.Reference ?? "", 40),
    ];
}
