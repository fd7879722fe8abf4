using Muster.Cli.State;
using Muster.Hub;
using Muster.Hub.Accounts.Claiming;
using Muster.Storage;

namespace Muster.Cli.Accounts;

internal sealed class OwnerResetCommand(CommandHost host) : MusterCommand(host, "reset", """
    Forget the owner's password, when it was lost.

    Works on the hub's own machine, with the hub stopped. Nothing else is touched: the next start of the hub prints a link on
    which the owner sets a new password.

    Example:
      muster owner reset && muster up
    """)
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var database = context.Configuration.TextOrNull("database");
        if (database is null && !File.Exists(context.Home.HubDatabase))
        {
            throw new CliException($"There is no hub in {context.Home.Path}. Name its home with --home DIR.", ExitCode.NotFound);
        }

        using var taken = HomeLock.TryTake(context.Home) ?? throw new CliException("The hub of this home runs. Stop it first, then reset the owner.");
        try
        {
            await OwnerReset.RunAsync(new HubOptions { Home = context.Home.Path, Database = database, Urls = [], ProgramVersion = Invocation.Version, Time = context.Time }, cancellationToken);
        }
        catch (StorageException failure)
        {
            throw new CliException(failure.Message);
        }

        context.Printer.Note("The owner's password is forgotten and every browser signed out. Start the hub; it prints a link to set a new one.");
        return ExitCode.Ok;
    }
}
