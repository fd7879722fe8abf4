using System.CommandLine;
using Muster.Cli.Terminal;

namespace Muster.Cli.Accounts;

internal sealed class LoginCommand : MusterCommand
{
    private readonly Argument<string> _url = new Argument<string>("URL") { Description = "The hub" }.NotEmpty();
    private readonly Option<string?> _user = new Option<string?>("--user") { Description = "Your user name", HelpName = "NAME" }.NotEmpty();
    private readonly Option<string?> _fingerprint = new Option<string?>("--fingerprint") { Description = "The key the hub must show (muster up prints it)", HelpName = "KEY" }.NotEmpty();

    public LoginCommand(CommandHost host)
        : base(host, "login", """
            Sign in to a hub on another machine; this home's commands use it while no hub runs here.
            In a pipe the password is the first line of standard input.

            Examples:
              muster login https://nas.local:5000
              muster login https://nas.local:5000 --user ann < password.txt
            """)
    {
        Add(_url);
        Add(_user);
        Add(_fingerprint);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var door = await HubDoor.FindAsync(context, context.Parse.GetValue(_url)!, context.Parse.GetValue(_fingerprint), cancellationToken);
        await GreetAsync(context, door, cancellationToken);
        var user = context.Parse.GetValue(_user) ?? HubDoor.Prompt(context, "User name: ");
        var password = Prompts.Password(context, "Password: ");
        using var client = door.SigningIn(context, user);
        var who = await client.Accounts.LoginAsync(user, password, cancellationToken);
        context.Printer.Note($"Signed in to {door.Url.GetLeftPart(UriPartial.Authority)} as {who.Username} ({who.Role}).");
        return ExitCode.Ok;
    }

    /// <summary>Nobody types a password for a hub that is not there or knows none.</summary>
    private static async Task GreetAsync(CommandContext context, HubDoor door, CancellationToken cancellationToken)
    {
        using var client = door.Anonymous(context);
        if (!(await client.Accounts.HubAsync(cancellationToken)).Claimed)
        {
            throw new CliException(
                $"The hub at {door.Url} has no owner yet, so there is no password to sign in with. Set one on the page that this prints on the hub's machine: muster owner link",
                ExitCode.NotAllowed);
        }
    }
}
