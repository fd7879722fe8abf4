using Muster.Cli.State;
using Muster.Client;

namespace Muster.Cli.Accounts;

internal sealed class LogoutCommand(CommandHost host) : MusterCommand(host, "logout", "End the sign-in that muster login made.\n\nExample:\n  muster logout")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (StoredCredential.Read(context.Home.Login) is not { } login)
        {
            context.Printer.Note("You are not signed in to a hub.");
            return ExitCode.Ok;
        }

        using var client = new MusterClient(new Uri(login.Url), login.Token, new MusterClientOptions
        {
            Fingerprint = login.Fingerprint,
            Time = context.Time,
            Patience = TimeSpan.FromSeconds(2),
            Tokens = new LoginFile(context.Home.Login, login, context.Time),
        });
        try
        {
            await client.Accounts.LogoutAsync(cancellationToken);
        }
        catch (MusterException exception)
        {
            context.Printer.Warning($"The hub could not be told ({exception.Detail}); the sign-in is forgotten here.");
        }

        File.Delete(context.Home.Login);
        context.Printer.Note($"Signed out of {login.Url}.");
        return ExitCode.Ok;
    }
}
