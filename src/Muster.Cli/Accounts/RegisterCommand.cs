using System.CommandLine;
using Muster.Cli.Terminal;

namespace Muster.Cli.Accounts;

internal sealed class RegisterCommand : MusterCommand
{
    private readonly Argument<string> _url = new Argument<string>("URL") { Description = "The hub" }.NotEmpty();
    private readonly Option<string?> _invite = new Option<string?>("--invite") { Description = "The token of an invitation; not needed where anyone may sign up", HelpName = "TOKEN" }.NotEmpty();
    private readonly Option<string?> _user = new Option<string?>("--user") { Description = "The name you want", HelpName = "NAME" }.NotEmpty();
    private readonly Option<string?> _email = new Option<string?>("--email") { Description = "Your e-mail address", HelpName = "ADDRESS" }.NotEmpty();
    private readonly Option<string?> _fingerprint = new Option<string?>("--fingerprint") { Description = "The key the hub must show", HelpName = "KEY" }.NotEmpty();

    public RegisterCommand(CommandHost host)
        : base(host, "register", """
            Make an account on a hub and sign in to it. What is not given is asked for.
            In a pipe the password is the first line of standard input.

            Examples:
              muster register https://nas.local:5000 --invite miv_…
              muster register https://nas.local:5000 --invite miv_… --user bob --email bob@example.org < password.txt
            """)
    {
        Add(_url);
        Add(_invite);
        Add(_user);
        Add(_email);
        Add(_fingerprint);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var door = await HubDoor.FindAsync(context, context.Parse.GetValue(_url)!, context.Parse.GetValue(_fingerprint), cancellationToken);
        using (var nobody = door.Anonymous(context))
        {
            if ((await nobody.Accounts.HubAsync(cancellationToken)).SignUp == "closed")
            {
                throw new CliException($"The hub at {door.Url} takes no new accounts: ask its owner.", ExitCode.NotAllowed);
            }
        }

        var user = context.Parse.GetValue(_user) ?? HubDoor.Prompt(context, "User name: ");
        var email = context.Parse.GetValue(_email) ?? HubDoor.Prompt(context, "E-mail address: ");
        var password = HubDoor.NewPassword(context);
        using var client = door.SigningIn(context, user);
        var who = await client.Accounts.RegisterAsync(user, password, email, context.Parse.GetValue(_invite), cancellationToken);
        if (context.Json)
        {
            JsonLines.Write(context.Surroundings.Out, who);
        }
        else
        {
            context.Printer.Note($"You are {who.Username} ({who.Role}) on {door.Url.GetLeftPart(UriPartial.Authority)}, and signed in.");
        }

        return ExitCode.Ok;
    }
}
