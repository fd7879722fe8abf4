using System.CommandLine;
using Muster.Cli.State;
using Muster.Cli.Terminal;
using Muster.Client;
using Muster.Client.Http;

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
        var text = context.Parse.GetValue(_url)!;
        if (!Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : "https://" + text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            throw new CliException($"{text} is no address of a hub. Example: muster login https://nas.local:5000", ExitCode.Usage);
        }

        var fingerprint = context.Parse.GetValue(_fingerprint) ?? await FingerprintAsync(context, url, cancellationToken);
        await GreetAsync(context, url, fingerprint, cancellationToken);
        var stored = new StoredCredential(url.GetLeftPart(UriPartial.Authority), "", fingerprint);
        var user = context.Parse.GetValue(_user) ?? Prompt(context, "User name: ");
        var password = Prompts.Password(context, "Password: ");
        context.Home.Create();
        using var client = new MusterClient(url, null, new MusterClientOptions
        {
            Fingerprint = fingerprint,
            Time = context.Time,
            Patience = TimeSpan.FromSeconds(5),
            Tokens = new LoginFile(context.Home.Login, stored with { User = user }, context.Time),
        });
        var who = await client.Accounts.LoginAsync(user, password, cancellationToken);
        context.Printer.Note($"Signed in to {stored.Url} as {who.Username} ({who.Role}).");
        return ExitCode.Ok;
    }

    /// <summary>A hub's own certificate is unknown to this machine: a person compares its fingerprint once, then it is pinned.</summary>
    private static async Task<string?> FingerprintAsync(CommandContext context, Uri url, CancellationToken cancellationToken)
    {
        string? seen;
        try
        {
            seen = await Pinning.ProbeAsync(url, cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            throw new CliException($"The hub at {url} cannot be reached: {exception.Message.TrimEnd('.')}.", ExitCode.NoHub);
        }

        if (seen is null)
        {
            return null;
        }

        if (!context.AtTerminal)
        {
            throw new CliException($"{url} shows a certificate of its own. If its key is {seen}, say so: --fingerprint {seen}", ExitCode.NotAllowed);
        }

        context.Printer.Line($"{url} shows a certificate of its own, with the key\n  {seen}");
        return Prompt(context, "Is this what the hub printed when it started? [y/N] ").ToLowerInvariant() is "y" or "yes"
            ? seen
            : throw new CliException("Not signed in.", ExitCode.NotAllowed);
    }

    /// <summary>Nobody types a password for a hub that is not there or knows none.</summary>
    private static async Task GreetAsync(CommandContext context, Uri url, string? fingerprint, CancellationToken cancellationToken)
    {
        using var client = new MusterClient(url, null, new MusterClientOptions { Fingerprint = fingerprint, Time = context.Time, Patience = TimeSpan.Zero });
        if (!(await client.Accounts.HubAsync(cancellationToken)).Claimed)
        {
            throw new CliException(
                $"The hub at {url} has no owner yet, so there is no password to sign in with. Set one on the page that this prints on the hub's machine: muster owner link",
                ExitCode.NotAllowed);
        }
    }

    private static string Prompt(CommandContext context, string question)
    {
        context.Surroundings.Error.Write(question);
        return context.Surroundings.In.ReadLine()?.Trim() ?? "";
    }
}
