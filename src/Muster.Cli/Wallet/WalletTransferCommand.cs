using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Wallet;
using Muster.Hub.Ledger;

namespace Muster.Cli.Wallet;

internal sealed class WalletTransferCommand : MusterCommand
{
    private readonly Argument<string> _to = new Argument<string>("TO") { Description = "Name or id of the user who gets them" }.NotEmpty();
    private readonly Argument<decimal> _amount = WalletArguments.Amount();
    private readonly Option<string?> _note = WalletArguments.Note();
    private readonly Option<bool> _yes = new("--yes") { Description = "Do not ask; needed without a terminal" };

    public WalletTransferCommand(CommandHost host)
        : base(host, "transfer", """
            Give credits to another user.

            Example:
              muster wallet transfer bob 2.5 --note "thanks for the GPU"
            """)
    {
        Add(_to);
        Add(_amount);
        Add(_note);
        Add(_yes);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (to, amount) = (context.Parse.GetValue(_to)!, context.Parse.GetValue(_amount));
        if (!context.Parse.GetValue(_yes) && !await ConfirmAsync(context, to, amount))
        {
            context.Printer.Note("Nothing was moved.");
            return ExitCode.Failed;
        }

        await using var hub = HubConnection.Open(context);
        var done = await hub.Client.Wallet.TransferAsync(to, amount, context.Parse.GetValue(_note), cancellationToken: cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, done);
        }
        else
        {
            var fee = done.Fee > 0 ? $", and {CreditsAsText.Text(done.Fee)} CPT to the hub" : "";
            context.Printer.Note($"{CreditsAsText.Text(done.Amount)} CPT went to {done.To}{fee} (number {done.Number}).");
        }

        return ExitCode.Ok;
    }

    private static async Task<bool> ConfirmAsync(CommandContext context, string to, decimal amount)
    {
        if (!context.AtTerminal)
        {
            throw new CliException("This gives credits away and there is nobody to ask: say so with --yes.", ExitCode.Usage);
        }

        context.Surroundings.Error.Write($"Give {CreditsAsText.Text(amount)} CPT to {Ansi.Harmless(to)}? [y/N] ");
        return (await context.Surroundings.In.ReadLineAsync())?.Trim().ToLowerInvariant() is "y" or "yes";
    }
}

internal static class WalletArguments
{
    public static Argument<decimal> Amount() => new("AMOUNT")
    {
        Description = "Credits (CPT), with at most six decimals",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Credits.Read(text, out var amount) is { } mistake)
            {
                result.AddError($"AMOUNT is \"{text}\": {mistake.Message} {mistake.Fix}");
            }

            return (decimal)amount.Micro / Credits.PerCpt;
        },
    };

    public static Option<string?> Note() => new("--note") { Description = "One line that both sides see in their history", HelpName = "TEXT" };
}
