using System.CommandLine;
using Muster.Cli.Talk;
using Muster.Cli.Terminal;

namespace Muster.Cli.Accounts;

internal sealed class PasswordCommand : MusterCommand
{
    private readonly Argument<string?> _url = new Argument<string?>("URL") { Description = "The hub; only with --reset", Arity = ArgumentArity.ZeroOrOne }.NotEmpty();
    private readonly Option<string?> _reset = new Option<string?>("--reset") { Description = "A token from an admin, for who forgot the password", HelpName = "TOKEN" }.NotEmpty();
    private readonly Option<string?> _fingerprint = new Option<string?>("--fingerprint") { Description = "The key the hub must show", HelpName = "KEY" }.NotEmpty();

    public PasswordCommand(CommandHost host)
        : base(host, "password", """
            Change your password. It ends all of your sign-ins but the one that does it; keys go on.
            In a pipe the old password is the first line of standard input and the new one the second; with --reset the new one is the first.

            Examples:
              muster password
              muster password https://nas.local:5000 --reset mpr_…
            """)
    {
        Add(_url);
        Add(_reset);
        Add(_fingerprint);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (url, token) = (context.Parse.GetValue(_url), context.Parse.GetValue(_reset));
        if (url is null != token is null)
        {
            throw new CliException("A hub's URL and --reset belong together: muster password URL --reset TOKEN. To change the password that you know: muster password", ExitCode.Usage);
        }

        if (url is not null && token is not null)
        {
            var door = await HubDoor.FindAsync(context, url, context.Parse.GetValue(_fingerprint), cancellationToken);
            using var nobody = door.Anonymous(context);
            await nobody.Accounts.ResetPasswordAsync(token, HubDoor.NewPassword(context), cancellationToken);
            context.Printer.Note($"The password is set. Sign in with it: muster login {door.Url.GetLeftPart(UriPartial.Authority)}");
            return ExitCode.Ok;
        }

        await using var hub = HubConnection.Open(context);
        var me = await hub.Client.Accounts.MeAsync(cancellationToken);
        var old = Prompts.Password(context, $"Password of {me.User.Username}: ");
        await hub.Client.Accounts.ChangePasswordAsync(old, HubDoor.NewPassword(context), cancellationToken);
        context.Printer.Note("The password is changed, and your other sign-ins have ended.");
        return ExitCode.Ok;
    }
}
