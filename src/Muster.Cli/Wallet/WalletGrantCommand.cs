using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;
using Muster.Client.Wallet;

namespace Muster.Cli.Wallet;

internal sealed class WalletGrantCommand : MusterCommand
{
    private readonly Argument<string> _user = new Argument<string>("USER") { Description = "Name or id of the user who gets them" }.NotEmpty();
    private readonly Argument<decimal> _amount = WalletArguments.Amount();
    private readonly Option<string?> _note = WalletArguments.Note();

    public WalletGrantCommand(CommandHost host)
        : base(host, "grant", """
            Make new credits for a user; for the owner of the hub and its admins. Who did it is written down.

            Example:
              muster wallet grant bob 100 --note "for the course"
            """)
    {
        Add(_user);
        Add(_amount);
        Add(_note);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var hub = HubConnection.Open(context);
        var done = await hub.Client.Wallet.GrantAsync(
            context.Parse.GetValue(_user)!, context.Parse.GetValue(_amount), context.Parse.GetValue(_note), cancellationToken: cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, done);
        }
        else
        {
            context.Printer.Note($"{done.To} got {CreditsAsText.Text(done.Amount)} CPT (number {done.Number}).");
        }

        return ExitCode.Ok;
    }
}
