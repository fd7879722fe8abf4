using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Wallet;

namespace Muster.Cli.Wallet;

/// <summary><c>muster wallet</c> is <c>muster wallet balance</c>; the rest is below it.</summary>
internal sealed class WalletCommand : MusterCommand
{
    public WalletCommand(CommandHost host)
        : this(host, "wallet", """
            Your credits: what you have, where it came from and went to, and giving some away.

            Examples:
              muster wallet
              muster wallet history
              muster wallet transfer bob 2.5 --note "thanks"
              muster wallet grant bob 100
            """)
    {
        Add(new WalletCommand(host, "balance", "Show what you have.\n\nExample:\n  muster wallet balance --json"));
        Add(new WalletHistoryCommand(host));
        Add(new WalletTransferCommand(host));
        Add(new WalletGrantCommand(host));
    }

    private WalletCommand(CommandHost host, string name, string description)
        : base(host, name, description)
    {
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var wallet = await hub.Client.Wallet.GetAsync(cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, wallet);
            return ExitCode.Ok;
        }

        context.Printer.Table(["", "CPT", ""], Rows(wallet));
        if (!wallet.InUse)
        {
            context.Printer.Note("Nothing costs credits on this hub, and nobody else has any.");
        }

        return ExitCode.Ok;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(WalletInfo wallet) =>
    [
        ["balance", CreditsAsText.Text(wallet.Balance), "to spend or to give away"],
        ["held", CreditsAsText.Text(wallet.Held), "set aside for jobs and models; what they do not use comes back"],
        ["bonus", CreditsAsText.Text(wallet.Bonus), "pays for jobs first; cannot be given away"],
        ["earned", CreditsAsText.Text(wallet.Earned), "by your machines, ever"],
    ];
}
